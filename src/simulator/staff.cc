#include "simulator/staff.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "simulator/source.h"

namespace touchline::simulator {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kHour = 3600 * kSecond;
constexpr int64_t kDay = 24 * kHour;

constexpr std::array<const char*, 12> kQueueNames = {
    "billing", "orders",  "technical", "returns", "accounts", "sales",
    "premium", "warranty", "delivery", "cancellations", "onboarding", "outages"};

std::string QueueName(size_t i) {
  const std::string base = kQueueNames[i % kQueueNames.size()];
  return i < kQueueNames.size() ? base : base + "-" + std::to_string(i / kQueueNames.size() + 1);
}

// Shifts of eight hours: most of them over the busy hours, a few at the edges, one at night.
constexpr std::array<uint8_t, 12> kShiftStarts = {8, 13, 9, 7, 10, 14, 8, 11, 6, 22, 12, 9};

constexpr std::array<double, 24> kHourWeights = {0.15, 0.10, 0.08, 0.08, 0.10, 0.20, 0.45, 0.90,
                                                 1.50, 1.90, 2.00, 1.80, 1.50, 1.60, 1.70, 1.60,
                                                 1.40, 1.20, 1.00, 0.80, 0.60, 0.45, 0.30, 0.20};
constexpr std::array<double, 7> kDayWeights = {1.15, 1.02, 0.98, 0.95, 0.90, 0.55, 0.40};

double MeanHourWeight() {
  double sum = 0;
  for (const double w : kHourWeights) sum += w;
  return sum / 24;
}

uint8_t Capacity(Desk desk) { return desk == Desk::kCalls ? 1 : 3; }

// The share of those who sit at the phone rather than at chats.
double CallDeskShare(const ContactMix& mix) {
  // A chat takes about twice a call's time, but three go at once.
  const double calls = mix.calls;
  const double chats = mix.chats * 0.6;
  if (calls + chats <= 0) return 0.5;
  return std::clamp(calls / (calls + chats), 0.15, 0.85);
}

}  // namespace

double ArrivalFactor(int hour_of_week) {
  static const double kMean = MeanHourWeight();
  return kHourWeights[static_cast<size_t>(hour_of_week % 24)] / kMean *
         kDayWeights[static_cast<size_t>(hour_of_week / 24)];
}

double MaxArrivalFactor() {
  return *std::max_element(kHourWeights.begin(), kHourWeights.end()) / MeanHourWeight() *
         kDayWeights[0];
}

uint32_t AgentsNeeded(const SimulatorOptions& options) {
  const ContactMix& mix = options.mix;
  const double live = (mix.calls + mix.chats * 0.6) / (mix.calls + mix.chats + mix.tickets);
  const double peak = options.hourly_curve ? 2.0 : 1.0;
  // Five minutes each, wrap-up included; a quarter more for returns, transfers and callbacks.
  const double busy = options.contacts_per_hour * peak * live * 1.25 * 300 / 3600;
  // Each desk of each queue needs its own reserve against chance. Not enough for the worst hours:
  // then people wait, give up and are sent elsewhere, as they do.
  const double desks = 2.0 * options.queues;
  const double on_duty = busy / 0.95 + 0.6 * desks * std::sqrt(busy / desks);
  // At the busiest hour of a weekday, of the employed so many are there; at night fewer.
  const double present = options.hourly_curve ? 0.45 : 0.21;
  return static_cast<uint32_t>(std::ceil(std::max(on_duty / present, desks * 3)));
}

Staff::Staff(const SimulatorOptions& options, Scheduler* scheduler) : scheduler_(scheduler) {
  for (size_t p = 0; p < options.partners; ++p) partners_.push_back(PartnerName(p));
  MakeQueues(options);
  MakeAgents(options);
}

void Staff::MakeQueues(const SimulatorOptions& options) {
  queues_.resize(options.queues);
  for (size_t q = 0; q < queues_.size(); ++q) {
    queues_[q].name = QueueName(q);
    queues_[q].partner = static_cast<uint16_t>(q % partners_.size());
  }
}

void Staff::MakeAgents(const SimulatorOptions& options) {
  const uint32_t count = options.agents != 0 ? options.agents : AgentsNeeded(options);
  const double call_share = CallDeskShare(options.mix);
  agents_.resize(count);
  for (AgentIndex i = 0; i < count; ++i) {
    Agent& a = agents_[i];
    const auto primary = static_cast<QueueIndex>(i % queues_.size());
    const size_t k = i / queues_.size();  // the queue's k-th
    const auto nth_call = [&](size_t n) {
      return static_cast<size_t>(static_cast<double>(n) * call_share + 0.5);
    };
    // With 4 agents at 6 queues, every second one chats; else each queue gets both desks.
    const bool calls = queues_.size() * 2 > count ? i % 2 == 0 : nth_call(k + 1) > nth_call(k);
    a.desk = calls ? Desk::kCalls : Desk::kChats;
    const size_t nth = calls ? nth_call(k) : k - std::min(k, nth_call(k));  // within queue and desk
    a.partner = queues_[primary].partner;
    a.id = partners_[a.partner] + ".agent-" + std::to_string(i + 1);
    a.team = partners_[a.partner] + ".team-" + std::to_string(k % 3 + 1);
    // The same load around the clock wants the same staff around the clock.
    // A partner's queues complement each other.
    const size_t shift = nth + primary / partners_.size();
    a.shift_start_hour = options.hourly_curve ? kShiftStarts[shift % kShiftStarts.size()]
                                              : static_cast<uint8_t>(shift * 10 % 24);
    a.first_free_day = nth % 2 == 0 ? 5 : static_cast<uint8_t>(nth / 2 % 5);
    // One's own queue first, then others of the partner: a second for every second agent, and all
    // of them for every fifth; for everybody, where a queue has few.
    const bool all = nth % 5 == 4 || nth == 0 || count < queues_.size() * 12;
    const size_t others = all ? queues_.size() : (nth % 2 == 1 ? 1 : 0);
    a.skills.push_back(primary);
    for (size_t step = 1; step < queues_.size() && a.skills.size() <= others; ++step) {
      const auto q = static_cast<QueueIndex>((primary + step) % queues_.size());
      if (queues_[q].partner == a.partner && a.skills.size() < 8) a.skills.push_back(q);
    }
    a.listed.assign(a.skills.size(), 0);
    for (const QueueIndex q : a.skills) queues_[q].members.push_back(i);
  }
}

void Staff::StartShifts(int64_t week_ns) {
  for (AgentIndex a = 0; a < agents_.size(); ++a) scheduler_->Start(Shifts(a, week_ns));
}

Task<> Staff::Shifts(AgentIndex a, int64_t week_ns) {
  // Up to a quarter of an hour after the full hour, each at his own minute.
  const int64_t lateness = int64_t{a} * 7919 % 900 * kSecond;
  for (int64_t day = week_ns / kDay - 1;; ++day) {
    const int64_t weekday = (day + 7) % 7;
    const int64_t first_free = agents_[a].first_free_day;
    if (weekday == first_free || weekday == (first_free + 1) % 7) continue;
    const int64_t begin =
        day * kDay + agents_[a].shift_start_hour * kHour + lateness - week_ns;
    const int64_t end = begin + 8 * kHour;
    if (end <= scheduler_->now_ns()) continue;
    if (begin > scheduler_->now_ns()) co_await scheduler_->Sleep(begin - scheduler_->now_ns());
    SetOnShift(a, true);
    co_await scheduler_->Sleep(end - scheduler_->now_ns());
    SetOnShift(a, false);
  }
}

void Staff::SetOnShift(AgentIndex a, bool on_shift) {
  Agent& agent = agents_[a];
  if (agent.on_shift == on_shift) return;
  agent.on_shift = on_shift;
  for (const QueueIndex q : agent.skills) {
    uint32_t& count = queues_[q].on_shift[Index(agent.desk)];
    count = on_shift ? count + 1 : count - 1;
  }
  if (on_shift) Offer(a);
}

bool Staff::Free(const Agent& a) const {
  return a.on_shift && !a.resting && a.load < Capacity(a.desk);
}

std::optional<AgentIndex> Staff::TryTake(QueueIndex q, Desk desk) {
  std::deque<AgentIndex>& idle = queues_[q].idle[Index(desk)];
  while (!idle.empty()) {
    const AgentIndex i = idle.front();
    idle.pop_front();
    Agent& a = agents_[i];
    for (size_t s = 0; s < a.skills.size(); ++s) {
      if (a.skills[s] == q) a.listed[s] = 0;
    }
    if (!Free(a)) continue;
    ++a.load;
    Offer(i);  // a chat agent may have room for more
    return i;
  }
  return std::nullopt;
}

bool Staff::TryTakeAgent(AgentIndex i) {
  if (!Free(agents_[i])) return false;
  ++agents_[i].load;
  return true;
}

void Staff::Release(AgentIndex i) {
  --agents_[i].load;
  Offer(i);
}

void Staff::Rest(AgentIndex a, int64_t ns) {
  agents_[a].resting = true;
  scheduler_->Start(ComeBack(a, ns));
}

Task<> Staff::ComeBack(AgentIndex a, int64_t ns) {
  co_await scheduler_->Sleep(ns);
  agents_[a].resting = false;
  Offer(a);
}

void Staff::Enqueue(QueueIndex q, Desk desk, Waiter waiter) {
  queues_[q].waiting[Index(desk)].push_back(waiter);
}

void Staff::Offer(AgentIndex i) {
  Agent& a = agents_[i];
  const size_t desk = Index(a.desk);
  while (Free(a)) {
    Queue* longest = nullptr;
    for (const QueueIndex q : a.skills) {
      std::deque<Waiter>& waiting = queues_[q].waiting[desk];
      while (!waiting.empty() && scheduler_->IsStale(waiting.front().token)) waiting.pop_front();
      if (waiting.empty()) continue;
      if (longest == nullptr ||
          waiting.front().since_ns < longest->waiting[desk].front().since_ns) {
        longest = &queues_[q];
      }
    }
    if (longest == nullptr) break;
    const Waiter waiter = longest->waiting[desk].front();
    longest->waiting[desk].pop_front();
    ++a.load;
    *waiter.agent = i;
    scheduler_->WakeAt(waiter.token, scheduler_->now_ns());
  }
  if (!Free(a)) return;
  for (size_t s = 0; s < a.skills.size(); ++s) {
    if (a.listed[s] != 0) continue;
    a.listed[s] = 1;
    queues_[a.skills[s]].idle[desk].push_back(i);
  }
}

std::optional<AgentIndex> Staff::AnyOnShift(QueueIndex q, Random* random) const {
  const std::vector<AgentIndex>& members = queues_[q].members;
  if (members.empty()) return std::nullopt;
  const size_t first = random->Below(members.size());
  for (size_t i = 0; i < members.size(); ++i) {
    const AgentIndex a = members[(first + i) % members.size()];
    if (agents_[a].on_shift) return a;
  }
  return std::nullopt;
}

std::optional<AgentIndex> Staff::Colleague(QueueIndex q, Desk desk, AgentIndex but,
                                           Random* random) const {
  const std::vector<AgentIndex>& members = queues_[q].members;
  if (members.empty()) return std::nullopt;
  const size_t first = random->Below(members.size());
  for (size_t i = 0; i < members.size(); ++i) {
    const AgentIndex a = members[(first + i) % members.size()];
    if (a != but && agents_[a].on_shift && agents_[a].desk == desk) return a;
  }
  return std::nullopt;
}

}  // namespace touchline::simulator
