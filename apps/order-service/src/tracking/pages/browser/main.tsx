// What makes the tracking page live; without it the page is correct as of the moment when it was asked for.
document.documentElement.dataset['live'] = 'true';
