/**
 * The whole contract between the gateway and its clients (widget, console). Types and constants only: it costs a bundle nothing.
 *
 * Transport: Socket.IO, namespaces `/customer` and `/staff`. A client emits `command` with a command object and an acknowledgement;
 * the server answers the acknowledgement with a `Reply` and emits `frame` with a frame object. HTTP is for sign-in, leads, imports, health.
 *
 * Completeness: messages of a conversation are numbered 1…n without a gap. A client holds the last number it has without a gap,
 * asks for what follows (`resume`), and treats a frame whose number is not the next one as a reason to ask again.
 */
export type {
  Attachment,
  Author,
  Card,
  Chip,
  Claim,
  HandOffReason,
  Intent,
  Notice,
  Owner,
  Route,
  TranscriptMessage,
  Verdict,
} from '#machines/conversation-contract.ts'
export type { LeadProfile, LeadScore, MeetingStatus, Stage, Temperature } from '#machines/lead-contract.ts'
export { protocolVersion, limits } from './protocol/shared.ts'
export type { ErrorCode, ProblemReport, Receipts, Reply, Role } from './protocol/shared.ts'
export type {
  CustomerCommand,
  CustomerFrame,
  CustomerHandshake,
  CustomerReplies,
  PublicFile,
  PublicMessage,
  PublicOwner,
  Transcript,
  WidgetBrand,
} from './protocol/customer.ts'
export type { ChannelAccountView, FilledTemplate, TemplateView } from './protocol/accounts.ts'
export type { GivenReaction, KnownForm, ListingPlace, Offer } from './protocol/offers.ts'
export type {
  ActorRow,
  ActorView,
  CannedReply,
  ConversationView,
  DeadLetterView,
  LeadEventView,
  DegradedPart,
  Funnel,
  FunnelQuery,
  InboxPage,
  InboxQuery,
  InboxRow,
  InboxView,
  InstantView,
  LeadQuery,
  LeadView,
  ApartLeadView,
  JoinedLeadView,
  OtherLeadView,
  MeetingView,
  Member,
  Note,
  Presence,
  Spread,
  StaffHandshake,
  TurnView,
} from './protocol/staff-views.ts'
export type {
  ConsentView,
  ConversationMarks,
  DecisionView,
  OutgoingView,
  ReachView,
  StepView,
} from './protocol/outgoing.ts'
export type { FileLink, FileToSend, FileView, UploadedFile } from './protocol/files.ts'
export type {
  CampaignChannel,
  ForecastAccount,
  ForecastAsk,
  ForecastAudience,
  ForecastCost,
  ForecastReasonView,
  ForecastResult,
  ForecastView,
  ListMatch,
} from './protocol/forecasts.ts'
export type { SpendLine, SpendView } from './protocol/spend.ts'
export type { StaffCommand, StaffFrame, StaffReplies, StaffReply } from './protocol/staff.ts'
export type {
  ChecksView,
  ConnectionCheck,
  ConnectionsView,
  Finding,
  FindingText,
  ConnectedAccountsView,
  ConnectedAccountView,
  NamedChecksView,
  PageCheck,
  PageChecksView,
  PagesView,
  PageView,
  NamedFinding,
  ImportColumn,
  ImportView,
  SecretView,
  SignedIn,
  WhatsAppNumberView,
} from './protocol/http.ts'
