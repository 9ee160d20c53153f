/** A WhatsApp number of a workspace with its secrets, opened: it never leaves the server, and no part of it is ever logged. */
export interface WhatsAppConnection {
  readonly workspace: string
  /** WhatsApp business account id. */
  readonly business: string
  /** The phone number's id. */
  readonly account: string
  readonly displayNumber: string
  readonly accessToken: string
  /** The app's secret, and the one before it while that is being rotated. */
  readonly appSecrets: readonly string[]
  readonly verifyToken: string
}

/** What a workspace is connected to. Reads are answered from memory for some seconds: every message in and out asks. */
export interface Connections {
  /** The numbers of a workspace. */
  whatsapp(workspace: string): Promise<readonly WhatsAppConnection[]>
  whatsappAccount(workspace: string, account: string): Promise<WhatsAppConnection | undefined>
}
