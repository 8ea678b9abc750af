/** Lets whoever holds its token look at the order, and nothing else. The token is signed from it and never stored. */
export interface TrackingLink {
  readonly id: string;
  readonly createdAt: Date;
  /** A whole second, as a token names it. */
  readonly expiresAt: Date;
}

/** The latest link that was asked for by number and e-mail address. */
export interface TrackingMail {
  readonly linkId: string;
  readonly askedAt: Date;
  /** The Notification Service is still to be told. */
  readonly isDue?: true;
}
