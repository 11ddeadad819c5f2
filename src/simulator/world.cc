#include "simulator/world.h"

#include <algorithm>
#include <array>
#include <utility>

#include "simulator/stories.h"

namespace touchline::simulator {
namespace {

using domain::Channel;
using domain::Event;
using domain::EventType;
using domain::Kind;
using domain::Party;
using domain::Relation;

constexpr int64_t kMilli = 1'000'000;
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kWeek = int64_t{7} * 86'400 * kSecond;
constexpr int64_t kHour = 3600 * kSecond;

constexpr std::array<const char*, 12> kReasons = {
    "invoice", "order_status", "device_fault", "return_item", "login",         "offer",
    "tariff",  "warranty",     "delivery",     "cancel",      "first_steps",   "outage"};

constexpr uint8_t kOutage = 11;

// A bijective scramble: attributes of a customer without a table of customers.
uint64_t Scramble(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

std::string RunTag(const SimulatorOptions& o) {
  constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
  uint64_t x = Scramble(o.seed * 0x9E3779B97F4A7C15ULL + static_cast<uint64_t>(o.start.millis()));
  std::string tag;
  for (int i = 0; i < 5; ++i, x >>= 5) tag.push_back(kDigits[x & 31]);
  return tag;
}

void AppendNumber(std::string* out, uint64_t v) {
  std::array<char, 20> digits;
  size_t n = digits.size();
  do digits[--n] = static_cast<char>('0' + v % 10);
  while ((v /= 10) != 0);
  out->append(digits.data() + n, digits.size() - n);
}

int64_t ArrivalEnd(const SimulatorOptions& o) {
  if (!o.length) return INT64_MAX;
  return static_cast<int64_t>(static_cast<double>(o.length->millis() * kMilli) * o.pace);
}

}  // namespace

World::World(const SimulatorOptions& options, const std::vector<Source>& sources,
             Delivery* delivery)
    : options_(options),
      delivery_(delivery),
      start_ns_(options.start.millis() * kMilli),
      // 1970-01-01 was a Thursday.
      week_ns_((start_ns_ + int64_t{3} * 86'400 * kSecond) % kWeek),
      end_ns_(ArrivalEnd(options)),
      random_(options.seed),
      staff_(options, &scheduler_),
      sources_(sources),
      run_tag_(RunTag(options)),
      reasons_(kReasons.begin(), kReasons.end()) {
  for (size_t q = 0; q < staff_.queue_count(); ++q) {
    queue_weights_.push_back(1.0 / (1.0 + 0.15 * static_cast<double>(q % 12)));
  }
  staff_.StartShifts(week_ns_);
  scheduler_.Start(Arrivals());
  if (options_.behaviour.incidents_per_day > 0) scheduler_.Start(Incidents());
}

void World::Advance() {
  if (!PlannedIsNext()) {
    scheduler_.RunNext();
    return;
  }
  const Occasion occasion = planned_.top();
  planned_.pop();
  scheduler_.AdvanceTo(std::max(occasion.at_ns, now_ns()));
  Begin(occasion);
}

int64_t World::EventNanos(int64_t world_ns) const {
  if (options_.pace == 1) return start_ns_ + world_ns;
  return start_ns_ + static_cast<int64_t>(static_cast<double>(world_ns) / options_.pace);
}

int64_t World::horizon_ns() const {
  const int64_t next = PlannedIsNext() ? planned_.top().at_ns : scheduler_.next_ns();
  // Some systems write whole seconds, rounded down.
  return EventNanos(std::max(next, now_ns())) / kSecond * kSecond;
}

double World::ArrivalsPerSecond() const {
  const double mean = options_.contacts_per_hour / 3600;
  if (!options_.hourly_curve) return mean;
  const int64_t hour = (week_ns_ + now_ns()) % kWeek / kHour;
  return mean * ArrivalFactor(static_cast<int>(hour));
}

Task<> World::Arrivals() {
  const double most =
      options_.contacts_per_hour / 3600 * (options_.hourly_curve ? MaxArrivalFactor() : 1);
  for (;;) {
    co_await Sleep(random_.Exponential(1 / most));
    if (now_ns() >= end_ns_) break;
    // Thinning: a steady stream at the highest rate, of which the hour lets its share pass.
    if (random_.Unit() * most >= ArrivalsPerSecond()) continue;
    Begin(NewOccasion(static_cast<QueueIndex>(random_.Pick(queue_weights_))));
  }
  arriving_ = false;
}

Task<> World::Incidents() {
  for (;;) {
    co_await Sleep(random_.Exponential(86'400 / options_.behaviour.incidents_per_day));
    const auto queue = static_cast<QueueIndex>(random_.Below(staff_.queue_count()));
    const int64_t until_ns =
        now_ns() + static_cast<int64_t>(random_.LogNormal(1800, 0.4) * 1e9);
    while (now_ns() < until_ns) {
      // As much again as a third of all the load, on one queue.
      co_await Sleep(random_.Exponential(3 / ArrivalsPerSecond()));
      if (now_ns() >= end_ns_) co_return;
      Occasion o = NewOccasion(queue);
      if (o.outbound || o.initiator != Party::kCustomer) continue;
      o.reason = kOutage;
      Begin(o);
    }
  }
}

Occasion World::NewOccasion(QueueIndex queue) {
  const ContactMix& mix = options_.mix;
  const std::array<double, 3> kinds = {mix.calls, mix.chats, mix.tickets};
  Occasion o;
  o.at_ns = now_ns();
  o.kind = static_cast<Kind>(random_.Pick(kinds));
  o.queue = queue;
  o.customer = static_cast<CustomerIndex>(random_.Below(options_.customers));
  o.reason = static_cast<uint8_t>((o.queue + (random_.Chance(0.25) ? 6u : 0u)) % kReasons.size());
  const Behaviour& b = options_.behaviour;
  if (o.kind == Kind::kCall) {
    o.outbound = random_.Chance(b.outbound);
    if (o.outbound) o.initiator = Party::kAgent;
  } else if (random_.Chance(b.proactive)) {
    o.initiator = random_.Chance(0.5) ? Party::kAgent : Party::kSystem;
  }
  return o;
}

void World::Begin(const Occasion& occasion) {
  switch (occasion.kind) {
    case Kind::kCall:
      return scheduler_.Start(TellCall(*this, occasion));
    case Kind::kChat:
      return scheduler_.Start(TellChat(*this, occasion));
    case Kind::kTicket:
      return scheduler_.Start(TellTicket(*this, occasion));
  }
}

ContactPtr World::Open(const Occasion& occasion) {
  auto c = std::make_shared<Contact>();
  c->occasion = occasion;
  c->kind = occasion.kind;
  c->serial = next_serial_++;
  c->id = IdOf(c->kind, c->serial);
  c->queue = occasion.queue;
  c->source = static_cast<uint16_t>(staff_.partner_of(c->queue) * 3 +
                                    static_cast<uint16_t>(c->kind));
  const bool known_to_us = occasion.outbound || occasion.relation != Relation::kNone ||
                           occasion.initiator != Party::kCustomer;
  c->identified = known_to_us || !random_.Chance(options_.behaviour.unidentified);
  c->reason_known = random_.Chance(0.75);
  ++open_;
  return c;
}

void World::Close(const Contact& contact) {
  --open_;
  if (AsksToBeForgotten(contact)) TellForgotten(contact);
}

// Drawn by itself: what else happens is the same for every share.
bool World::AsksToBeForgotten(const Contact& contact) const {
  constexpr double kScale = 0x1p-53;
  const uint64_t drawn = Scramble(options_.seed * 0x9E3779B97F4A7C15ULL + contact.serial);
  return contact.told > 0 && contact.identified &&
         static_cast<double>(drawn >> 11) * kScale < options_.behaviour.forgotten;
}

// By the system that told the contact, to which the customer is one of many.
void World::TellForgotten(const Contact& contact) {
  const Source& source = sources_[contact.source];
  event_id_ = contact.id + ".forgotten";
  Event event{.type = EventType::kCustomerForgotten, .time_ns = WrittenNanos(source)};
  event.source = source.name;
  event.id = event_id_;
  event.id_hash = HashEventId(event.source, event.id);
  event.subject = CustomerId(contact.occasion.customer);
  event.partner = source.partner;
  delivery_->Take(event, contact.kind);
}

Event World::Opening(const Contact& contact, EventType type) {
  const Occasion& o = contact.occasion;
  Event e{.type = type};
  if (contact.identified) {
    e.customer = CustomerId(o.customer);
    e.segment = SegmentOf(o.customer);
    if (Scramble(o.customer + 1) % 4 != 0) e.tier = TierOf(o.customer);
  }
  if (contact.reason_known) e.reason = ReasonOf(contact);
  if (o.initiator != Party::kCustomer || Scramble(contact.serial) % 3 == 0) {
    e.initiator = o.initiator;
  }
  if (o.relation != Relation::kNone) {
    e.relation = o.relation;
    related_text_ = IdOf(o.related_kind, o.related_serial);
    e.related_to = related_text_;
  }
  e.channel = contact.channel;
  if (o.attempt > 0) e.priority = "high";
  return e;
}

Event World::ByAgent(EventType type, AgentIndex agent) const {
  Event e{.type = type};
  e.agent = staff_.agent(agent).id;
  e.team = staff_.agent(agent).team;
  return e;
}

int64_t World::WrittenNanos(const Source& source) const {
  const int64_t at = EventNanos(now_ns());
  switch (source.platform) {
    case Platform::kFine:
      return at;
    case Platform::kMillis:
      return at / kMilli * kMilli;
    case Platform::kSeconds:
      return at / kSecond * kSecond;
  }
  return at;
}

void World::Tell(Contact& contact, Event event) {
  const Source& source = sources_[contact.source];
  int64_t at = std::max(WrittenNanos(source), contact.last_time_ns);
  const auto rank = static_cast<uint8_t>(event.type);
  if (source.platform == Platform::kFine && contact.told > 0 && at == contact.last_time_ns &&
      rank <= contact.last_rank) {
    ++at;  // nothing else would tell which of the two came first
  }
  contact.last_time_ns = at;
  contact.last_rank = rank;
  ++contact.told;

  event_id_ = contact.id;
  event_id_.push_back('.');
  AppendNumber(&event_id_, contact.told);
  event.time_ns = at;
  event.source = source.name;
  event.id = event_id_;
  event.id_hash = HashEventId(event.source, event.id);
  event.subject = contact.id;
  event.partner = staff_.partner_name(staff_.partner_of(contact.queue));
  if (source.platform != Platform::kFine) event.sequence = contact.told;
  delivery_->Take(event, contact.kind);
}

void World::Plan(const Occasion& occasion) {
  const bool linked = occasion.relation != Relation::kNone || occasion.duplicate;
  if (occasion.at_ns >= end_ns_ && !linked) return;
  Occasion planned = occasion;
  planned.order = next_plan_++;
  planned_.push(planned);
}

void World::MayReturn(const Contact& contact) {
  const Behaviour& b = options_.behaviour;
  const Occasion& before = contact.occasion;
  if (before.attempt >= 5 || before.relation == Relation::kConsultOf) return;
  if (!random_.Chance(b.repeat)) return;
  Occasion o;
  o.kind = contact.kind;
  if (random_.Chance(b.channel_switch)) {
    o.kind = static_cast<Kind>((static_cast<int>(o.kind) + 1 + random_.Below(2)) % 3);
  }
  // Half within some hours, the rest over a week and more.
  o.at_ns = now_ns() + static_cast<int64_t>(random_.LogNormal(6 * 3600.0, 1.6) * 1e9);
  o.customer = before.customer;
  o.queue = random_.Chance(0.9) ? before.queue : OtherQueue(before.queue);
  o.reason = random_.Chance(0.85) ? before.reason
                                  : static_cast<uint8_t>(random_.Below(kReasons.size()));
  o.attempt = static_cast<uint8_t>(before.attempt + 1);
  Plan(o);
}

void World::PlanLinked(const Contact& contact, Kind kind, Relation relation, Party initiator,
                       double after_s) {
  Occasion o;
  o.at_ns = now_ns() + static_cast<int64_t>(after_s * 1e9);
  o.related_serial = contact.serial;
  o.related_kind = contact.kind;
  o.customer = contact.occasion.customer;
  o.queue = contact.queue;
  o.kind = kind;
  o.relation = relation;
  o.initiator = initiator;
  o.reason = contact.occasion.reason;
  Plan(o);
}

std::string World::IdOf(Kind kind, uint64_t serial) const {
  std::string id(domain::Name(kind));
  id.push_back('-');
  id.append(run_tag_);
  id.push_back('-');
  AppendNumber(&id, serial);
  return id;
}

std::string_view World::CustomerId(CustomerIndex customer) {
  customer_text_ = "cust-";
  AppendNumber(&customer_text_, customer + 1);
  return customer_text_;
}

std::string_view World::TierOf(CustomerIndex customer) const {
  const uint64_t x = Scramble(customer) % 10;
  return x < 6 ? "basic" : x < 9 ? "silver" : "gold";
}

std::string_view World::SegmentOf(CustomerIndex customer) const {
  return Scramble(customer + 7) % 4 == 0 ? "business" : "consumer";
}

QueueIndex World::OtherQueue(QueueIndex queue) {
  const size_t n = staff_.queue_count();
  const size_t first = random_.Below(n);
  const bool anywhere = random_.Chance(0.15);
  QueueIndex any = queue;
  for (size_t i = 0; i < n; ++i) {
    const auto q = static_cast<QueueIndex>((first + i) % n);
    if (q == queue) continue;
    if (anywhere || staff_.partner_of(q) == staff_.partner_of(queue)) return q;
    any = q;
  }
  return any;
}

}  // namespace touchline::simulator
