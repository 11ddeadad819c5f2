#include "domain/metrics.h"

#include <algorithm>

#include "domain/sla/policy.h"

namespace touchline::domain {
namespace {

using Values = std::string_view;

constexpr Values kEntryValues[] = {"first", "transfer"};
constexpr Values kOutcomeValues[] = {"answered_in_target",  "answered_late",  "abandoned_short",
                                     "abandoned_in_target", "abandoned_late", "flow_out",
                                     "transferred",         "dropped"};
constexpr Values kMissedValues[] = {"no_answer", "declined", "caller_hung_up"};
constexpr Values kTransferValues[] = {"warm", "blind"};
constexpr Values kToValues[] = {"queue", "agent", "external"};
constexpr Values kOutboundValues[] = {"connected", "no_answer", "busy", "voicemail",
                                      "wrong_number"};
constexpr Values kInitiatorValues[] = {"customer", "agent", "system"};
constexpr Values kPartValues[] = {"ring", "talk", "hold", "wrap_up", "handle"};
constexpr Values kClockValues[] = {"calendar", "business"};
constexpr Values kResolutionValues[] = {"first", "full"};
constexpr Values kStatusValues[] = {"self_service", "waiting", "active",  "new",
                                    "open",         "pending", "on_hold", "solved"};
constexpr Values kAuthorValues[] = {"customer", "agent", "bot", "system", "third_party"};
constexpr Values kTargetValues[] = {"in_target", "late"};
constexpr Values kMediumValues[] = {"",    "voice", "web", "app",   "whatsapp", "messenger",
                                    "sms", "email", "api", "social"};
constexpr Values kWithinValues[] = {"1d", "3d", "7d", "14d", "30d"};
// Knowledge bases and portals, which are no contacts, follow with the customers' own events.
constexpr Values kSelfServiceValues[] = {"ivr", "bot"};
constexpr Values kSelfServiceResultValues[] = {"contained", "handed_off", "abandoned"};
constexpr Values kReasonMatchValues[] = {"any", "same"};
constexpr Values kDriverValues[] = {"waiting",   "repeat_contact", "channel_switch", "transfer",
                                    "reopening", "abandoned",      "repeated_info"};
constexpr Values kSlaTargetValues[] = {"answer",          "first_response", "next_response",
                                       "periodic_update", "requester_wait", "agent_work",
                                       "resolution"};
constexpr Values kResultValues[] = {"applied", "duplicate", "ignored", "rejected"};
constexpr Values kWhyValues[] = {
    "",           "unknown_type",  "too_late",     "erased",
    "other_stage", "truncated",    "malformed_json", "too_large",
    "too_deep",   "duplicate_key", "invalid_utf8", "not_cloud_event",
    "unknown_spec_version", "missing_field", "wrong_type", "bad_value",
    "bad_time",   "bad_number",    "key_mismatch", "partner_not_allowed"};

constexpr size_t kIgnoredWhys = 4;  // they follow the empty one; the reject reasons follow them

constexpr ClosedLabel kEntry[] = {{"entry", kEntryValues}};
constexpr ClosedLabel kOutcome[] = {{"outcome", kOutcomeValues}};
constexpr ClosedLabel kMissed[] = {{"reason", kMissedValues}};
constexpr ClosedLabel kTransfer[] = {{"transfer", kTransferValues}, {"to", kToValues}};
constexpr ClosedLabel kOutboundResult[] = {{"result", kOutboundValues}};
constexpr ClosedLabel kInitiator[] = {{"initiator", kInitiatorValues}};
constexpr ClosedLabel kPart[] = {{"part", kPartValues}};
constexpr ClosedLabel kClock[] = {{"clock", kClockValues}};
constexpr ClosedLabel kResolution[] = {{"resolution", kResolutionValues}, {"clock", kClockValues}};
constexpr ClosedLabel kStatus[] = {{"status", kStatusValues}};
constexpr ClosedLabel kAuthor[] = {{"author", kAuthorValues}};
constexpr ClosedLabel kTarget[] = {{"target", kTargetValues}};
constexpr ClosedLabel kFromTo[] = {{"from", kMediumValues}, {"to", kMediumValues}};
constexpr ClosedLabel kSelfService[] = {{"self_service", kSelfServiceValues},
                                        {"result", kSelfServiceResultValues}};
constexpr ClosedLabel kRepeat[] = {{"within", kWithinValues}, {"same_reason", kReasonMatchValues}};
constexpr ClosedLabel kDriver[] = {{"driver", kDriverValues}};
constexpr ClosedLabel kSlaTarget[] = {{"target", kSlaTargetValues}};
constexpr std::string_view kAlertValues[] = {"at_risk", "breached", "retracted"};
constexpr ClosedLabel kAlert[] = {{"alert", kAlertValues}};
constexpr ClosedLabel kEventResult[] = {{"result", kResultValues}, {"why", kWhyValues}};

// What can occur of the closed sets whose product has impossible members.

// A business value is only there where a business calendar is.
constexpr bool IsCalendar(Kind, uint8_t closed) { return closed % std::size(kClockValues) == 0; }
constexpr bool IsChat(Kind kind, uint8_t) { return kind == Kind::kChat; }
constexpr bool HasStatus(Kind kind, uint8_t closed) {
  const bool is_tickets = closed >= static_cast<uint8_t>(OpenStatus::kNew);
  return is_tickets == (kind == Kind::kTicket);
}
// Calls begin in the IVR, chats with a bot.
constexpr bool IsSelfServiceOf(Kind kind, uint8_t closed) {
  const bool is_bot = closed >= std::size(kSelfServiceResultValues);
  return kind == (is_bot ? Kind::kChat : Kind::kCall);
}
// Every contact has a medium, and only another one is a switch.
constexpr bool IsSwitch(Kind, uint8_t closed) {
  const size_t from = closed / std::size(kMediumValues);
  const size_t to = closed % std::size(kMediumValues);
  return from != 0 && to != 0 && from != to;
}
// Why belongs to what is ignored or rejected: see the order of the values.
constexpr bool IsResult(Kind, uint8_t closed) {
  const size_t result = closed / std::size(kWhyValues);
  const size_t why = closed % std::size(kWhyValues);
  if (kResultValues[result] == "ignored") return why >= 1 && why <= kIgnoredWhys;
  if (kResultValues[result] == "rejected") return why > kIgnoredWhys;
  return why == 0;
}

// docs/sla_clocks.md section 2.
constexpr bool HasTarget(Kind kind, uint8_t closed) {
  switch (static_cast<SlaTarget>(closed)) {
    case SlaTarget::kAnswer:
      return kind != Kind::kTicket;
    case SlaTarget::kFirstResponse:
    case SlaTarget::kNextResponse:
    case SlaTarget::kPeriodicUpdate:
      return kind != Kind::kCall;
    case SlaTarget::kRequesterWait:
    case SlaTarget::kAgentWork:
      return kind == Kind::kTicket;
    case SlaTarget::kResolution:
      break;
  }
  return true;
}

constexpr auto kC = MetricType::kCounter;
constexpr auto kG = MetricType::kGauge;
constexpr auto kH = MetricType::kHistogram;
constexpr auto kMs = Unit::kMilliseconds;

using M = MetricId;
using S = ScopeKind;

// clang-format off
constexpr MetricSpec kCatalogue[] = {
  {.id = M::kContactsOffered, .name = "contacts_offered", .scope = S::kQueue, .closed = kEntry,
   .in_intervals = true, .help = "Queue entries.",
   .formula = "one per *.queued that opens an entry; the same queue again while waiting continues "
              "it, another queue is a new entry", .source = "METRICS.md section 1"},
  {.id = M::kContactOutcomes, .name = "contact_outcomes", .scope = S::kQueue, .closed = kOutcome,
   .in_intervals = true, .born_with = M::kContactsOffered,
   .help = "How queue entries ended; exactly one outcome per entry.",
   .formula = "offered = outcomes + waiting", .source = "METRICS.md section 1"},
  {.id = M::kAnswerSeconds, .name = "answer", .type = kH, .unit = kMs, .scope = S::kQueue,
   .in_intervals = true, .born_with = M::kContactsOffered,
   .help = "Time from entering the queue to being answered by a person.",
   .formula = "answer instant - queue entry; answered entries only",
   .source = "METRICS.md section 1"},
  {.id = M::kAbandonSeconds, .name = "abandon", .type = kH, .unit = kMs, .scope = S::kQueue,
   .in_intervals = true, .born_with = M::kContactsOffered,
   .help = "Time from entering the queue to the customer leaving unanswered.",
   .formula = "leave instant - queue entry", .source = "METRICS.md section 1"},
  {.id = M::kWaitingContacts, .name = "waiting_contacts", .type = kG, .scope = S::kQueue,
   .help = "Contacts waiting in the queue now.", .formula = "open queue entries",
   .source = "METRICS.md section 1"},
  {.id = M::kLongestWaitingSince, .name = "longest_waiting_since_timestamp_seconds", .type = kG,
   .unit = kMs, .merge = Merge::kMin, .scope = S::kQueue,
   .help = "When the contact that waits longest entered the queue; absent when nobody waits.",
   .formula = "min over open queue entries of the entry instant", .source = "METRICS.md section 1"},
  {.id = M::kMissedOffers, .name = "missed_offers", .scope = S::kQueue, .closed = kMissed,
   .in_intervals = true, .born_with = M::kContactsOffered,
   .help = "Offers that an agent did not take.",
   .formula = "one per *.missed", .source = "METRICS.md section 1"},
  {.id = M::kTransfers, .name = "transfers", .scope = S::kQueue, .closed = kTransfer,
   .in_intervals = true, .help = "Transfers out of the holder's hands.",
   .formula = "one per *.transferred; a ticket's change of queue is a blind transfer to a queue",
   .source = "METRICS.md section 1"},
  {.id = M::kConsults, .name = "consults", .scope = S::kQueue, .in_intervals = true,
   .help = "Consultations started during calls.", .formula = "one per call.consulted",
   .source = "METRICS.md section 1"},
  {.id = M::kConferences, .name = "conferences", .scope = S::kQueue, .in_intervals = true,
   .help = "Further agents who joined while another one was active.",
   .formula = "one per *.joined with another agent's leg open", .source = "METRICS.md section 1"},
  {.id = M::kOutbound, .name = "outbound", .scope = S::kQueue, .closed = kOutboundResult,
   .in_intervals = true, .help = "Results of outbound dialling.",
   .formula = "one per call.connected or call.not_connected", .source = "METRICS.md section 1"},
  {.id = M::kContacts, .name = "contacts", .scope = S::kQueue, .closed = kInitiator,
   .in_intervals = true, .help = "Contacts begun, by who began them.",
   .formula = "one per interaction at its first event", .source = "METRICS.md section 1"},
  {.id = M::kSilentAbandons, .name = "silent_abandons", .scope = S::kQueue, .in_intervals = true,
   .can_occur = IsChat, .born_with = M::kContactsOffered,
   .help = "Estimate: waiting chats whose customer has been silent too long, unanswered.",
   .formula = "one per queue entry whose customer was silent for the configured time",
   .source = "METRICS.md section 1"},
  {.id = M::kUnendedContacts, .name = "unended_contacts", .scope = S::kQueue, .in_intervals = true,
   .born_with = M::kContactsOffered,
   .help = "Contacts closed by the reaper because no end arrived.",
   .formula = "one per reaped call or chat", .source = "METRICS.md section 7"},
  {.id = M::kHandlingSeconds, .name = "handling_seconds", .unit = kMs, .scope = S::kContact,
   .closed = kPart, .in_intervals = true, .help = "Agents' time on contacts, by part.",
   .formula = "handle = talk + hold + wrap_up", .source = "METRICS.md section 2"},
  {.id = M::kHandlingContacts, .name = "handling_contacts", .scope = S::kContact, .closed = kPart,
   .in_intervals = true, .help = "(contact, agent, queue) segments that had the part.",
   .formula = "one per segment and part, when first observed; handle is the handled count",
   .source = "METRICS.md section 2"},
  {.id = M::kHandledContacts, .name = "handled_contacts", .scope = S::kContact,
   .in_intervals = true, .help = "Contacts handled by at least one person.",
   .formula = "one per contact, when its first segment is observed",
   .source = "METRICS.md section 2"},
  {.id = M::kFirstResponseSeconds, .name = "first_response", .type = kH, .unit = kMs,
   .scope = S::kContact, .closed = kClock, .in_intervals = true, .can_occur = IsCalendar,
   .help = "Time to the first public reply by a person.",
   .formula = "reply - creation, or - the customer's first message if an agent opened the contact",
   .source = "METRICS.md section 3"},
  {.id = M::kHandoffResponseSeconds, .name = "handoff_response", .type = kH, .unit = kMs,
   .scope = S::kContact, .closed = kClock, .in_intervals = true, .can_occur = IsCalendar,
   .help = "Time from the bot's hand-off to the first public reply by a person.",
   .formula = "reply - hand-off", .source = "METRICS.md section 3"},
  {.id = M::kResponseSeconds, .name = "response", .type = kH, .unit = kMs, .scope = S::kContact,
   .closed = kClock, .in_intervals = true, .can_occur = IsCalendar,
   .help = "Time from the oldest unanswered customer message to a public reply by a person.",
   .formula = "reply - oldest unanswered message", .source = "METRICS.md section 3"},
  {.id = M::kRequesterWaitSeconds, .name = "requester_wait", .type = kH, .unit = kMs,
   .scope = S::kContact, .closed = kClock, .in_intervals = true, .can_occur = IsCalendar,
   .help = "Time in status new, open or on_hold, observed when the ticket ends.",
   .formula = "sum of stretches", .source = "METRICS.md section 3"},
  {.id = M::kAgentWorkSeconds, .name = "agent_work", .type = kH, .unit = kMs, .scope = S::kContact,
   .closed = kClock, .in_intervals = true, .can_occur = IsCalendar,
   .help = "Time in status new or open, observed when the ticket ends.",
   .formula = "sum of stretches", .source = "METRICS.md section 3"},
  {.id = M::kResolutionSeconds, .name = "resolution", .type = kH, .unit = kMs,
   .scope = S::kContact, .closed = kResolution, .in_intervals = true, .can_occur = IsCalendar,
   .help = "Time from creation to solved; full leaves out the time while solved.",
   .formula = "first: creation to first solved; full: creation to last solved, observed at the end",
   .source = "METRICS.md section 3"},
  {.id = M::kResolved, .name = "resolved", .scope = S::kContact, .in_intervals = true,
   .help = "Contacts that became solved.", .formula = "one per change to solved",
   .source = "METRICS.md section 3"},
  {.id = M::kResolutionUnknown, .name = "resolution_unknown", .scope = S::kContact,
   .in_intervals = true,
   .help = "Calls and chats whose end did not say whether they were resolved.",
   .formula = "one per *.ended without data.resolved", .source = "METRICS.md section 3"},
  {.id = M::kReopened, .name = "reopened", .scope = S::kContact, .in_intervals = true,
   .help = "Solved or closed contacts that opened again.",
   .formula = "one per change from solved or closed to an open status, or chat.reopened",
   .source = "METRICS.md section 3"},
  {.id = M::kReassigned, .name = "reassigned", .scope = S::kContact, .in_intervals = true,
   .help = "Changes of a ticket's assignee after the first one.",
   .formula = "one per change to another agent", .source = "METRICS.md section 3"},
  {.id = M::kOpenContacts, .name = "open_contacts", .type = kG, .scope = S::kContact,
   .closed = kStatus, .can_occur = HasStatus, .help = "Contacts open now, by status.",
   .formula = "not ended", .source = "METRICS.md section 3"},
  {.id = M::kUnattendedContacts, .name = "unattended_contacts", .type = kG, .scope = S::kContact,
   .help = "Open contacts in which a customer waits for a first or a next reply.",
   .formula = "no reply by a person yet, or an unanswered customer message",
   .source = "METRICS.md section 3"},
  {.id = M::kReplies, .name = "replies", .scope = S::kContact, .closed = kAuthor,
   .in_intervals = true, .help = "Public messages that are not automated, by author.",
   .formula = "one per message", .source = "METRICS.md section 3"},
  {.id = M::kAgentOffers, .name = "agent_offers", .scope = S::kAgent, .in_intervals = true,
   .in_windows = true, .help = "Contacts offered to the agent.",
   .formula = "one per call.ringing or chat.offered", .source = "METRICS.md section 2"},
  {.id = M::kAgentMissedOffers, .name = "agent_missed_offers", .scope = S::kAgent,
   .closed = kMissed, .in_intervals = true, .in_windows = true, .born_with = M::kAgentOffers,
   .help = "Offers that the agent did not take.", .formula = "one per *.missed",
   .source = "METRICS.md section 2"},
  {.id = M::kAgentAnswers, .name = "agent_answers", .scope = S::kAgent, .closed = kTarget,
   .in_intervals = true, .in_windows = true, .born_with = M::kAgentOffers,
   .help = "Queue entries that the agent answered, by whether the wait was within the threshold.",
   .formula = "one per answered queue entry", .source = "METRICS.md section 2"},
  {.id = M::kAgentHandlingSeconds, .name = "agent_handling_seconds", .unit = kMs,
   .scope = S::kAgent, .closed = kPart, .in_intervals = true, .in_windows = true,
   .help = "The agent's time on contacts, by part.", .formula = "handle = talk + hold + wrap_up",
   .source = "METRICS.md section 2"},
  {.id = M::kAgentHandlingContacts, .name = "agent_handling_contacts", .scope = S::kAgent,
   .closed = kPart, .in_intervals = true, .in_windows = true,
   .help = "The agent's segments that had the part; handle is the handled count.",
   .formula = "one per segment and part", .source = "METRICS.md section 2"},
  {.id = M::kAgentReplies, .name = "agent_replies", .scope = S::kAgent, .in_intervals = true,
   .in_windows = true, .help = "Public messages that the agent wrote.",
   .formula = "one per message, not automated", .source = "METRICS.md section 2"},
  {.id = M::kAgentResponses, .name = "agent_responses", .scope = S::kAgent, .in_intervals = true,
   .in_windows = true, .help = "Replies that answered a waiting customer message.",
   .formula = "one per observation of response_seconds", .source = "METRICS.md section 2"},
  {.id = M::kAgentResponseSeconds, .name = "agent_response_seconds", .unit = kMs,
   .scope = S::kAgent, .in_intervals = true, .in_windows = true,
   .help = "Time customers waited for the agent's responses.",
   .formula = "sum of response_seconds that the agent ended", .source = "METRICS.md section 2"},
  {.id = M::kAgentFirstResponses, .name = "agent_first_responses", .scope = S::kAgent,
   .in_intervals = true, .in_windows = true, .help = "First responses that the agent gave.",
   .formula = "one per observation of first_response_seconds", .source = "METRICS.md section 2"},
  {.id = M::kAgentFirstResponseSeconds, .name = "agent_first_response_seconds", .unit = kMs,
   .scope = S::kAgent, .in_intervals = true, .in_windows = true,
   .help = "Time customers waited for the agent's first responses.",
   .formula = "sum of first_response_seconds that the agent ended",
   .source = "METRICS.md section 2"},
  {.id = M::kAgentResolved, .name = "agent_resolved", .scope = S::kAgent, .in_intervals = true,
   .in_windows = true, .help = "Contacts solved with the agent as the last handling person.",
   .formula = "one per change to solved", .source = "METRICS.md section 2"},
  {.id = M::kAgentReopened, .name = "agent_reopened", .scope = S::kAgent, .in_intervals = true,
   .in_windows = true, .help = "Reopenings of contacts that the agent was last to handle.",
   .formula = "one per reopening", .source = "METRICS.md section 2"},
  {.id = M::kAgentTransfers, .name = "agent_transfers", .scope = S::kAgent, .closed = kTransfer,
   .in_intervals = true, .in_windows = true, .help = "Contacts that the agent transferred away.",
   .formula = "one per transfer", .source = "METRICS.md section 2"},
  {.id = M::kJourneysOpen, .name = "journeys_open", .type = kG, .scope = S::kJourney,
   .help = "Journeys open now.", .formula = "opened and not yet closed",
   .source = "METRICS.md section 5"},
  {.id = M::kJourneyContacts, .name = "journey_contacts", .type = kH, .scope = S::kJourney,
   .help = "Contacts in a journey, observed when it closes.", .formula = "count of contacts",
   .source = "METRICS.md section 5"},
  {.id = M::kJourneySeconds, .name = "journey", .type = kH, .unit = kMs, .scope = S::kJourney,
   .help = "Length of a journey, observed when it closes.",
   .formula = "last end - first start", .source = "METRICS.md section 5"},
  {.id = M::kChannelSwitches, .name = "channel_switches", .scope = S::kJourney, .closed = kFromTo,
   .can_occur = IsSwitch, .born_with = M::kJourneysOpen,
   .help = "Changes of medium between unlinked contacts of a journey.",
   .formula = "one per contact whose predecessor in the journey used another medium",
   .source = "METRICS.md section 5"},
  {.id = M::kRepeatContacts, .name = "repeat_contacts", .scope = S::kJourney, .closed = kRepeat,
   .born_with = M::kJourneysOpen,
   .help = "Contacts that came within the time after their predecessor's end; cumulative.",
   .formula = "start - predecessor's end <= within", .source = "METRICS.md section 5"},
  {.id = M::kEffortPoints, .name = "effort_points", .unit = Unit::kMilliPoints,
   .scope = S::kJourney, .closed = kDriver, .born_with = M::kJourneysOpen,
   .help = "What customers were made to do, in weighted points by driver.",
   .formula = "sum of weights", .source = "METRICS.md section 5"},
  {.id = M::kEvents, .name = "events", .scope = S::kSource, .closed = kEventResult,
   .can_occur = IsResult, .help = "Records consumed, by what became of them.",
   .formula = "consumed = applied + duplicate + ignored + rejected",
   .source = "METRICS.md section 7"},
  {.id = M::kLateEvents, .name = "late_events", .scope = S::kSource, .born_with = M::kEvents,
   .help = "Applied events older than the watermark.", .formula = "event time < watermark",
   .source = "METRICS.md section 7"},
  {.id = M::kRestatements, .name = "restatements", .scope = S::kStage,
   .help = "Published values that a late event, a late timer or a changed fact corrected.",
   .formula = "one per ledger cell: of interactions each that a refold changes, of journeys each "
              "that a fact takes something back from", .source = "METRICS.md section 7"},
  {.id = M::kSelfService, .name = "self_service", .scope = S::kQueue, .closed = kSelfService,
   .in_intervals = true, .can_occur = IsSelfServiceOf, .born_with = M::kContacts,
   .help = "Calls that began in the IVR and chats that began with a bot, by what became of that.",
   .formula = "at most one per contact: handed_off when it comes to people, contained or abandoned "
              "when it ends before", .source = "METRICS.md section 1"},
  {.id = M::kSlaRunning, .name = "sla_running", .type = kG, .scope = S::kSla, .closed = kSlaTarget,
   .can_occur = HasTarget, .help = "SLA clocks that run now, overdue ones included.",
   .formula = "open clocks that are not paused", .source = "METRICS.md section 4"},
  {.id = M::kSlaAtRisk, .name = "sla_at_risk", .type = kG, .scope = S::kSla, .closed = kSlaTarget,
   .can_occur = HasTarget, .born_with = M::kSlaRunning,
   .help = "SLA clocks that will be overdue soon if nothing is done.",
   .formula = "running clocks past their at-risk instant and not overdue",
   .source = "METRICS.md section 4"},
  {.id = M::kSlaOverdue, .name = "sla_overdue", .type = kG, .scope = S::kSla, .closed = kSlaTarget,
   .can_occur = HasTarget, .born_with = M::kSlaRunning,
   .help = "Open SLA clocks that are past due.",
   .formula = "breached and not superseded by a change of budget",
   .source = "METRICS.md section 4"},
  {.id = M::kSlaDue, .name = "sla_due", .type = kG, .scope = S::kSla, .closed = kSlaTarget,
   .in_windows = true, .is_forecast = true, .can_occur = HasTarget,
   .help = "Running SLA clocks that fall due soon, unless something is done.",
   .formula = "not overdue, and due in [now, now + within), now being cut to 15 seconds",
   .source = "METRICS.md section 4"},
  {.id = M::kSlaMet, .name = "sla_met", .scope = S::kSla, .closed = kSlaTarget,
   .in_intervals = true, .can_occur = HasTarget, .born_with = M::kSlaRunning,
   .help = "SLA targets that were met.",
   .formula = "one per cycle that stops at or before its due instant; attainment = met / (met + "
              "breached)", .source = "METRICS.md section 4"},
  {.id = M::kSlaBreached, .name = "sla_breached", .scope = S::kSla, .closed = kSlaTarget,
   .in_intervals = true, .can_occur = HasTarget, .born_with = M::kSlaRunning,
   .help = "SLA targets that were missed.",
   .formula = "one per cycle that was still open past its due instant, counted at that instant",
   .source = "METRICS.md section 4"},
  {.id = M::kSlaCancelled, .name = "sla_cancelled", .scope = S::kSla, .closed = kSlaTarget,
   .in_intervals = true, .can_occur = HasTarget, .born_with = M::kSlaRunning,
   .help = "SLA targets that lost their object before they fell due.",
   .formula = "one per cycle that was neither met nor breached", .source = "METRICS.md section 4"},
  {.id = M::kSlaOvershootSeconds, .name = "sla_overshoot", .type = kH, .unit = kMs,
   .scope = S::kSla, .closed = kSlaTarget, .in_intervals = true, .can_occur = HasTarget,
   .born_with = M::kSlaRunning,
   .help = "Open time by which breached targets were missed in the end.",
   .formula = "used - budget, at the stop or cancel of a breached clock",
   .source = "METRICS.md section 4"},
  {.id = M::kSlaBudgetSeconds, .name = "sla_budget_seconds", .unit = kMs, .scope = S::kHolder,
   .closed = kSlaTarget, .in_intervals = true, .can_occur = HasTarget,
   .help = "Open time that met and breached SLA clocks used, by who held the contact meanwhile.",
   .formula = "at the stop or cancel; the holders' sum is what the clocks used, overshoot included",
   .source = "METRICS.md section 4"},
  {.id = M::kAlerts, .name = "alerts", .scope = S::kSource, .closed = kAlert,
   .born_with = M::kEvents,
   .help = "Alerts about SLA clocks, sent to the topic of alerts.",
   .formula = "one per record; what is taken back before it was sent is not sent at all",
   .source = "METRICS.md section 4, \"at risk\" and \"breach time\""},
};
// clang-format on
static_assert(std::size(kCatalogue) == kMetricCount);

constexpr int64_t kSec = 1000;
constexpr int64_t kMin = 60 * kSec;
constexpr int64_t kHour = 60 * kMin;
constexpr int64_t kDay = 24 * kHour;
constexpr int64_t kCallBounds[] = {5 * kSec,  10 * kSec, 15 * kSec,  20 * kSec,  30 * kSec,
                                   45 * kSec, 60 * kSec, 90 * kSec,  120 * kSec, 180 * kSec,
                                   300 * kSec, 600 * kSec};
constexpr int64_t kChatBounds[] = {5 * kSec,   10 * kSec,  15 * kSec, 20 * kSec, 30 * kSec,
                                   45 * kSec,  60 * kSec,  90 * kSec, 2 * kMin,  3 * kMin,
                                   5 * kMin,   10 * kMin,  15 * kMin, 30 * kMin, kHour};
constexpr int64_t kTicketBounds[] = {15 * kMin, 30 * kMin, kHour,    2 * kHour, 4 * kHour,
                                     8 * kHour, 12 * kHour, kDay,    2 * kDay,  3 * kDay,
                                     5 * kDay,  7 * kDay,  14 * kDay, 30 * kDay};
constexpr int64_t kJourneyBounds[] = {kHour,    4 * kHour, kDay,      2 * kDay,  3 * kDay,
                                      7 * kDay, 14 * kDay, 30 * kDay, 60 * kDay, 90 * kDay};
constexpr int64_t kContactBounds[] = {1, 2, 3, 4, 5, 7, 10, 15, 20, 50};

}  // namespace

std::span<const MetricSpec> Catalogue() { return kCatalogue; }

const MetricSpec& Spec(MetricId id) { return kCatalogue[static_cast<size_t>(id)]; }

std::optional<MetricId> ParseMetricId(std::string_view name) {
  for (const MetricSpec& spec : kCatalogue) {
    if (spec.name == name) return spec.id;
  }
  return std::nullopt;
}

std::string ExportedName(const MetricSpec& spec) {
  std::string name = "touchline_" + std::string(spec.name);
  if (spec.type == MetricType::kCounter) return name + "_total";
  if (spec.type == MetricType::kHistogram && spec.unit == kMs) return name + "_seconds";
  return name;
}

std::string WithdrawnName(const MetricSpec& spec) {
  std::string name = "touchline_" + std::string(spec.name) + "_withdrawn";
  if (spec.type == MetricType::kCounter) return name + "_total";
  return spec.unit == kMs ? name + "_seconds" : name;
}

uint8_t ClosedIndex(const MetricSpec& spec, std::span<const uint8_t> indices) {
  size_t index = 0;
  for (size_t i = 0; i < indices.size(); ++i) {
    index = index * spec.closed[i].values.size() + indices[i];
  }
  return static_cast<uint8_t>(index);
}

std::vector<std::string_view> ClosedValues(const MetricSpec& spec, uint8_t index) {
  std::vector<std::string_view> values(spec.closed.size());
  size_t rest = index;
  for (size_t i = spec.closed.size(); i-- > 0;) {
    const auto& set = spec.closed[i].values;
    values[i] = set[rest % set.size()];
    rest /= set.size();
  }
  return values;
}

bool IsBusiness(const MetricSpec& spec, uint8_t closed) {
  return !spec.closed.empty() && spec.closed.back().name == kClock[0].name &&
         BusinessTwin(0) == closed % std::size(kClockValues);
}

bool IsMember(const MetricSpec& spec, Kind kind, uint8_t closed) {
  return spec.can_occur == nullptr || spec.can_occur(kind, closed);
}

std::span<const int64_t> BucketBounds(MetricId id, Kind kind) {
  if (id == MetricId::kJourneyContacts) return kContactBounds;
  if (id == MetricId::kJourneySeconds) return kJourneyBounds;
  switch (kind) {
    case Kind::kCall:
      return kCallBounds;
    case Kind::kChat:
      return kChatBounds;
    case Kind::kTicket:
      break;
  }
  return kTicketBounds;
}

uint8_t BucketOf(std::span<const int64_t> bounds, int64_t value) {
  return static_cast<uint8_t>(std::lower_bound(bounds.begin(), bounds.end(), value) -
                              bounds.begin());
}

}  // namespace touchline::domain
