import type { Locator, Page } from 'playwright-core';

/** The operations board as whoever works with it sees it. */
export class BoardPage {
  constructor(readonly page: Page) {}

  async signIn(token: string): Promise<void> {
    await this.page.getByLabel('Access token').fill(token);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Signed in, and told of changes from here on. */
  async isLive(): Promise<void> {
    await this.page.getByText('Live', { exact: true }).waitFor();
    await this.page.locator('table[aria-busy=false], .empty:not(:text("Reading"))').first().waitFor();
  }

  row(orderId: string): Locator {
    return this.page.locator(`tr[data-order="${orderId}"]`);
  }

  /** Waits until the list shows the order so. */
  async listed(orderId: string, status: string): Promise<void> {
    await this.page.locator(`tr[data-order="${orderId}"][data-status="${status}"]`).waitFor();
  }

  async open(orderId: string): Promise<void> {
    await this.row(orderId).getByRole('link').click();
    await this.page.getByRole('heading', { name: 'Timeline' }).waitFor();
  }

  part(vendorId: string): Locator {
    return this.page.locator(`section[data-vendor="${vendorId}"]`);
  }

  async partIs(vendorId: string, status: string): Promise<void> {
    await this.page.locator(`section[data-vendor="${vendorId}"][data-status="${status}"]`).waitFor();
  }

  /** Waits until the order is shown as the caller has read it. */
  async showsVersion(version: number): Promise<void> {
    await this.page.locator(`section.order[data-version="${version}"]`).waitFor();
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** Presses a button of a vendor's part, fills in the dialog and confirms it. */
  async ask(vendorId: string, button: string, fields: Record<string, string>): Promise<void> {
    await this.part(vendorId).getByRole('button', { name: button, exact: true }).first().click();
    for (const [label, text] of Object.entries(fields)) await this.dialog.getByLabel(label).first().fill(text);
    await this.confirm();
  }

  async confirm(): Promise<void> {
    await this.dialog.locator('button[type=submit]').click();
  }

  /** Waits for what the board says once something was done. */
  async said(text: string): Promise<void> {
    await this.page.getByRole('status').filter({ hasText: text }).waitFor();
  }
}
