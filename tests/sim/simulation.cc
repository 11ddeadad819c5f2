#include "tests/sim/simulation.h"

#include <algorithm>
#include <cstdlib>

#include "adapters/json/cloud_event_encoder.h"
#include "base/hash.h"
#include "tests/property/comparison.h"
#include "tests/support/murmur2.h"

namespace touchline::sim {
namespace {

using pipeline::RowKind;
using pipeline::StageId;

constexpr size_t kShownActions = 30;
constexpr int kMostRounds = 600;  // until rest
constexpr Duration kBucketsKept = Duration::Minutes(90);
constexpr Duration kQuartersKept = Duration::Days(40);

WallTime Earliest(const property::Case& story) {
  WallTime first = WallTime::Max();
  for (const naive::InputLog& input : story.inputs) {
    if (!input.records.empty()) first = std::min(first, input.records.front().consumed_at);
  }
  return first == WallTime::Max() ? WallTime::FromMillis(0) : first;
}

}  // namespace

Simulation::Simulation(const Plan& plan)
    : plan_(plan),
      dice_(plan.seed * 0x2545F4914F6CDD1Du + 1),
      world_(plan, [this](size_t worker, const char* step) { Hook(worker, step); }),
      audit_(&world_),
      feed_(plan.story, plan.most_records, plan.stray),
      deaths_(plan.workers()),
      failing_(plan.processes()) {
  world_.clock = test::FakeClock(Earliest(plan.story));
  world_.mischief.sabotage = plan.sabotage;
  if (plan.sabotage != Sabotage::kNone) world_.mischief.opportunities = dice_.Below(20);
  consumed_.name = plan.story.name;
  consumed_.seed = plan.seed;
  consumed_.knobs = plan.story.knobs;
  consumed_.rules = {plan.story.rules.front()};  // further ones come under way
  for (const naive::InputLog& told : plan.story.inputs) {
    const naive::InputLog partition = {.alias = told.alias,
                                       .name_space = told.name_space,
                                       .partner = told.partner,
                                       .partners = told.partners,
                                       .live = told.live,
                                       .skew = told.skew,
                                       .records = {}};
    consumed_.inputs.insert(consumed_.inputs.end(), static_cast<size_t>(plan.partitions),
                            partition);
  }
}

Outcome Simulation::Run() {
  for (size_t p = 0; p < plan_.processes() && !failed(); ++p) Start(p);
  Act(plan_.steps);
  while (!feed_.only_strays() && !failed()) Append(feed_.Next());
  if (Settle()) CompareWithModel("at rest");
  for (const Duration by : {Duration::Hours(1 + dice_.Below(12)), Duration::Days(80)}) {
    if (failed()) break;
    MoveTimeOn(by);
    // The model knows no end of what journeys keep: what comes back long after is beyond it.
    told_ = by > Duration::Days(1);
    moved_on_ = true;
    Act(40);
    while (!feed_.empty() && !failed()) Append(feed_.Next());
    if (Settle()) CompareWithModel("after time has moved on");
  }
  if (!failed()) CheckDeadLetters();
  uint64_t h = outcome_.trace;
  for (size_t p = 0; p < plan_.processes(); ++p) {
    for (const auto& [key, value] : world_.process(p).store.rows()) {
      h = Hash64(std::to_string(h) + key + value);
    }
  }
  outcome_.trace = h;
  outcome_.happened["standing alert of a breach"] += audit_.alerts().breaches();
  outcome_.happened["alert taken back"] += audit_.alerts().retractions();
  outcome_.sabotaged = world_.mischief.done;
  return std::move(outcome_);
}

void Simulation::Act(int64_t times) {
  static const int64_t total = [] {
    int64_t sum = 0;
    for (const Action& action : Actions()) sum += action.weight;
    return sum;
  }();
  for (; times > 0 && !failed(); --times) {
    int64_t roll = dice_.Below(total);
    for (const Action& action : Actions()) {
      roll -= action.weight;
      if (roll >= 0) continue;
      ++outcome_.happened[action.name];
      Note((this->*action.run)());
      break;
    }
    if (failed()) return;
    if (auto problem = audit_.Check()) Fail(*problem);
  }
}

void Simulation::Note(const std::string& action) {
  ++outcome_.actions;
  uint64_t h = Hash64(std::to_string(outcome_.trace) + action);
  for (size_t i = 0; i < plan_.seats.size(); ++i) {
    const pipeline::Task* task = world_.task(i);
    if (task == nullptr) continue;
    h = h * 31 + static_cast<uint64_t>(task->next_offset()) * 7 +
        static_cast<uint64_t>(task->watermark().millis());
  }
  outcome_.trace = h;
  last_actions_.push_back(std::to_string(outcome_.actions) + ". " + action);
  if (last_actions_.size() > kShownActions) last_actions_.pop_front();
}

void Simulation::Fail(const std::string& why) {
  if (failed()) return;
  const std::string seed = std::to_string(plan_.seed);
  std::string& text = outcome_.failure;
  text = "seed " + seed + ", after action " + std::to_string(outcome_.actions) + ": " + why +
         "\nplan: " + Describe(plan_) + "\nagain: TOUCHLINE_SIM_SEED=" + seed +
         " ctest --test-dir build/dev -R '^pipeline_sim_test$' -V\nthe last actions:\n";
  for (const std::string& action : last_actions_) text += "  " + action + "\n";
}

// Everything has been read, is durable, and has left; journeys have heard how far time is.
bool Simulation::AtRest() {
  for (size_t w = 0; w < plan_.workers(); ++w) {
    const WorkerLife& life = *world_.worker(w);
    if (life.worker->in_flight()) return false;
    if (life.control_source.position(0) != world_.log.End(kControl, 0)) return false;
  }
  for (size_t p = 0; p < plan_.processes(); ++p) {
    if (world_.process(p).life->stats.to_forget.load() != 0) return false;
  }
  EventTime least = EventTime::Max(), greatest = EventTime::Min();
  for (size_t i = 0; i < plan_.seats.size(); ++i) {
    const Seat& seat = plan_.seats[i];
    pipeline::Task& task = *world_.task(i);
    if (task.is_sweeping() || task.has_changes(world_.clock.Now())) return false;
    if (task.outbox().unacknowledged() > 0) return false;
    if (task.next_offset() != world_.log.End(seat.topic, seat.partition)) return false;
    if (seat.key.stage != StageId::kInteractions) continue;
    const Position position = ReadPosition(world_.process_of_seat(i).released, seat.key);
    if (position.watermark != task.watermark()) return false;
    greatest = std::max(greatest, position.watermark);
    if (!position.is_final) least = std::min(least, position.watermark);
  }
  const EventTime expected = least == EventTime::Max() ? greatest : least;
  for (size_t i = 0; i < plan_.seats.size(); ++i) {
    if (plan_.seats[i].key.stage != StageId::kJourneys) continue;
    if (world_.task(i)->watermark() != expected) return false;
  }
  return true;
}

// The world becomes kind: everything works, and nothing new happens but time.
bool Simulation::Settle() {
  if (failed()) return false;
  calm_ = true;
  world_.log.RestoreLink();
  for (auto& death : deaths_) death.reset();
  for (int round = 0; round < kMostRounds && !failed(); ++round) {
    for (size_t p = 0; p < plan_.processes(); ++p) {
      if (world_.process(p).life == nullptr && !Start(p)) return false;
    }
    // Less than the second for which a note of the watermark may wait.
    world_.clock.Advance(Duration::Millis(300));
    for (size_t w = 0; w < plan_.workers(); ++w) {
      Guard(world_.process_of(w), [&] {
        // Another worker's failure may just have ended its process.
        if (world_.worker(w) == nullptr) return;
        WorkerLife& life = *world_.worker(w);
        life.sink.ReleaseRecords();
        life.sink.ReleaseAcks();
        life.sink.LimitQueue(100'000);
        life.source.LimitBatch(1000);
        life.worker->Pause(false);
        if (round < 3) life.source.ProveEnds();
        TellControl(w);
        Take(w, life.worker->Step(Duration()));
        while (world_.process(world_.process_of(w)).store.CompleteOne()) {
        }
      });
    }
    if (failed()) return false;
    Note("settle, round " + std::to_string(round));
    if (auto problem = audit_.Check()) Fail(*problem);
    bool all_up = true;
    for (size_t p = 0; p < plan_.processes(); ++p) all_up &= world_.process(p).life != nullptr;
    if (failed() || !all_up || !AtRest()) continue;
    if (auto problem = audit_.CheckAtRest()) Fail(*problem);
    calm_ = false;
    return !failed();
  }
  std::string why = "the pipeline does not come to rest:";
  for (size_t i = 0; i < plan_.seats.size(); ++i) {
    const Seat& seat = plan_.seats[i];
    pipeline::Task* task = world_.task(i);
    if (task == nullptr) continue;
    why += "\n  " + seat.topic + "/" + std::to_string(seat.partition) + " at " +
           std::to_string(task->next_offset()) + " of " +
           std::to_string(world_.log.End(seat.topic, seat.partition)) + ", watermark " +
           std::to_string(task->watermark().millis()) +
           (task->has_changes(world_.clock.Now()) ? ", with changes" : "") +
           (task->is_sweeping() ? ", sweeping" : "") + ", " +
           std::to_string(task->outbox().unacknowledged()) +
           " unacknowledged";
  }
  Fail(why);
  return false;
}

property::Published Simulation::ReadDurable() const {
  property::Published got;
  got.journeys_watermark = EventTime::Max();
  for (const Seat& seat : plan_.seats) {
    const test::FakeStore::Rows& rows =
        world_.process(world_.process_of(seat.worker)).store.rows();
    for (const RowKind kind : {RowKind::kTotal, RowKind::kQuarterHour, RowKind::kBucket}) {
      ReadValues(rows, seat.key, kind, &got.values);
    }
    ReadWaiting(rows, seat.key, &got.waiting);
    const EventTime watermark = ReadPosition(rows, seat.key).watermark;
    if (seat.key.stage == StageId::kInteractions) {
      got.watermarks.push_back(watermark);
    } else {
      got.journeys_watermark = std::min(got.journeys_watermark, watermark);
    }
  }
  return got;
}

void Simulation::CompareWithModel(const char* when) {
  property::Published got = ReadDurable();
  naive::ModelResult expected = property::Expected(consumed_, got);
  // What is older than the state keeps may be gone.
  EventTime latest = EventTime::Min();
  for (const EventTime t : got.watermarks) latest = std::max(latest, t);
  for (const naive::InputLog& input : consumed_.inputs) {
    latest = std::max(latest, naive::HighestTime(input));
  }
  const auto is_kept = [latest](const naive::NetKey& key) {
    if (key.row == RowKind::kBucket) return key.start + kBucketsKept > latest;
    return key.row == RowKind::kTotal || key.start + kQuartersKept > latest;
  };
  for (naive::NetValues* values : {&expected.values, &got.values}) {
    std::erase_if(*values, [&](const auto& entry) { return !is_kept(entry.first); });
  }
  const property::Comparison comparison = property::Compare(consumed_, expected, got);
  if (comparison.equal()) {
    CheckForgotten(expected);
    if (auto problem = audit_.alerts().CompareWithModel(expected, consumed_.inputs)) Fail(*problem);
    return;
  }
  std::string report = property::Report(consumed_, expected, got, comparison);
  // It says how to run the property test again, which knows nothing of this.
  if (const size_t again = report.find("again: "); again != std::string::npos) {
    report.erase(again, report.find('\n', again) + 1 - again);
  }
  Fail(std::string("durable values differ from the model's ") + when + "\n" + report);
}

void Simulation::CheckForgotten(const naive::ModelResult& model) {
  std::map<std::string, EventTime> forgotten;
  for (const naive::InputLog& input : consumed_.inputs) {
    for (const naive::Consumed& record : input.records) {
      const domain::Event event = record.event.view();
      if (event.type != domain::EventType::kCustomerForgotten) continue;
      EventTime& until = forgotten.emplace(event.subject, EventTime::Min()).first->second;
      until = std::max(until, event.time());
    }
  }
  for (const naive::ContactHistory& contact : model.contacts) {
    for (const domain::Event& event : contact.events) {
      const auto it = forgotten.find(std::string(event.customer));
      if (it != forgotten.end() && contact.result.facts.start > it->second) forgotten.erase(it);
    }
  }
  outcome_.happened["customer without a trace"] += static_cast<int64_t>(forgotten.size());
  for (const auto& [customer, until] : forgotten) {
    for (const Seat& seat : plan_.seats) {
      const auto& rows = world_.process(world_.process_of(seat.worker)).store.rows();
      const std::string found = FindText(rows, seat.key, customer);
      if (found.empty()) continue;
      return Fail(found + " of " + seat.topic + "/" + std::to_string(seat.partition) +
                  " still names " + customer + ", who has been forgotten");
    }
  }
}

void Simulation::CheckDeadLetters() {
  for (const auto& [where, reason] : poison_) {
    const auto it = audit_.dead_letters().find(where);
    const std::string name = std::get<0>(where) + "/" + std::to_string(std::get<1>(where)) + "@" +
                             std::to_string(std::get<2>(where));
    if (it == audit_.dead_letters().end()) return Fail("no dead letter of " + name);
    if (it->second != reason) {
      return Fail("the dead letter of " + name + " says " + it->second + ", not " + reason);
    }
  }
  if (audit_.dead_letters().size() != poison_.size()) {
    Fail("there are dead letters of sound records");
  }
}

// Every partition hears a source say that all up to then has been sent.
void Simulation::MoveTimeOn(Duration by) {
  world_.clock.Advance(by);
  const int64_t now_ns = world_.clock.Now().millis() * 1'000'000;
  for (size_t told = 0; told < plan_.story.inputs.size(); ++told) {
    domain::Event beat;
    beat.type = domain::EventType::kSourceHeartbeat;
    const std::string id = "beat-" + std::to_string(++heartbeats_);
    beat.source = "simulation";
    beat.id = id;
    beat.id_hash = HashEventId(beat.source, beat.id);
    beat.time_ns = now_ns;
    beat.complete_until_ns = now_ns;
    Append(MakeRecord(told, {.event = naive::LoggedEvent(beat), .consumed_at = world_.clock.Now(),
                             .key = {}, .raw = {}}));
  }
  Note("time moves on by " + std::to_string(by.millis()) + " ms");
}

void Simulation::Append(const FeedRecord& record) {
  if (record.at > world_.clock.Now()) world_.clock.Advance(record.at - world_.clock.Now());
  if (record.consumed.read == domain::ApplyResult::kApplied) {
    latest_told_ = std::max(latest_told_, record.consumed.event.scalars().time());
  }
  const naive::InputLog& told = plan_.story.inputs[record.told];
  const std::string topic = "support." + told.alias;
  for (int32_t p = 0; p < plan_.partitions; ++p) {
    if (!record.to_all && p != test::PartitionOfKey(record.key, plan_.partitions)) continue;
    const pipeline::Offset offset = world_.log.Append(
        topic, p, {.key = record.key, .payload = record.payload, .headers = {}});
    audit_.Sent(topic, p, world_.clock.Now());
    naive::InputLog& log =
        consumed_.inputs[record.told * static_cast<size_t>(plan_.partitions) +
                         static_cast<size_t>(p)];
    log.records.push_back(record.consumed);
    std::optional<domain::RejectReason> reason;
    if (record.consumed.read == domain::ApplyResult::kRejected) reason = record.consumed.reason;
    const std::string_view partner = record.consumed.event.view().partner;
    const bool foreign =
        !partner.empty() && (told.partner.empty()
                                 ? !told.partners.empty() &&
                                       std::count(told.partners.begin(), told.partners.end(),
                                                  partner) == 0
                                 : partner != told.partner);
    if (!reason && foreign) reason = domain::RejectReason::kPartnerNotAllowed;
    if (reason) poison_[{topic, p, offset}] = domain::Name(*reason);
  }
}

void Simulation::Guard(size_t process, const std::function<void()>& what) {
  bool dies = false;
  try {
    what();
  } catch (const Died&) {
    dies = true;
  }
  in_completion_ = false;
  if (dies || std::exchange(world_.mischief.kill, false)) Die(process);
}

void Simulation::Take(size_t worker, const Status& status) {
  if (status) return;
  if (status.error().kind == ErrorClass::kTransient && !world_.log.link_up()) return;
  if (status.error().kind == ErrorClass::kFatal && failing_[world_.process_of(worker)]) {
    throw Died();
  }
  Fail("worker " + std::to_string(worker) + " stops: " + status.error().message);
}

size_t Simulation::TellControl(size_t worker) {
  const auto notes = world_.worker(worker)->control.Read(Duration());
  if (!notes) {
    Take(worker, tl::unexpected(notes.error()));
    return 0;
  }
  world_.worker(worker)->worker->Forget(*notes);
  outcome_.happened["customer to be forgotten"] += static_cast<int64_t>(notes->size());
  return notes->size();
}

void Simulation::Die(size_t process) {
  world_.Kill(process, static_cast<size_t>(dice_.Below(20)));
  failing_[process] = false;
  for (size_t w = 0; w < plan_.workers(); ++w) {
    if (world_.process_of(w) == process) deaths_[w].reset();
  }
}

bool Simulation::Start(size_t process) {
  bool dies = false;
  Status started;
  try {
    started = world_.Start(process);
  } catch (const Died&) {
    dies = true;
  }
  if (dies) Die(process);
  if (!started) {
    Fail("process " + std::to_string(process) + " cannot start: " + started.error().message);
  }
  return !failed();
}

// While a worker is between two of its steps, the world may do anything.
void Simulation::Hook(size_t worker, const char* step) {
  if (deaths_[worker] && deaths_[worker]->step == step && deaths_[worker]->after-- <= 0) {
    deaths_[worker].reset();
    ++outcome_.happened[std::string("death when ") + step];
    throw Died();
  }
  if (calm_ || in_completion_ || !dice_.Percent(15)) return;
  // The thread that makes batches durable is done with one just now.
  in_completion_ = true;
  world_.process(world_.process_of(worker)).store.CompleteOne();
  in_completion_ = false;
  ++outcome_.happened["completion within a step"];
}

}  // namespace touchline::sim
