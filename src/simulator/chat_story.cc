#include <array>
#include <vector>

#include "simulator/stories.h"

namespace touchline::simulator {
namespace {

using domain::Channel;
using domain::Event;
using domain::EventType;
using domain::Kind;
using domain::Party;
using domain::Relation;
using domain::TransferKind;
using domain::Visibility;

enum class Exit : uint8_t { kOver, kSilent, kToQueue };
struct ConversationResult {
  Exit exit = Exit::kOver;
  AgentIndex agent = 0;  // who held the chat last
};

void Say(World& w, Contact& c, Party author, bool automated = false) {
  Event e{.type = EventType::kChatMessage, .author = author, .automated = automated};
  if (author != Party::kCustomer && c.serial % 2 == 0) e.visibility = Visibility::kPublic;
  w.Tell(c, e);
}

void AgentSays(World& w, Contact& c, AgentIndex agent, Visibility visibility,
               bool automated = false) {
  Event e = w.ByAgent(EventType::kChatMessage, agent);
  e.author = Party::kAgent;
  e.visibility = visibility;
  e.automated = automated;
  w.Tell(c, e);
}

Event End(Party by, std::optional<bool> resolved) {
  return {.type = EventType::kChatEnded, .by = by, .resolved = resolved};
}

// The bot's part. True: a person is needed.
Task<bool> WithBot(World& w, ContactPtr c) {
  Random& r = w.random();
  const uint64_t turns = 1 + r.Below(4);
  for (uint64_t i = 0; i < turns; ++i) {
    co_await w.Sleep(r.Between(0.4, 2.5));
    Say(w, *c, Party::kBot);
    co_await w.Pause(20);
    Say(w, *c, Party::kCustomer);
  }
  co_await w.Sleep(r.Between(0.4, 2.5));
  Say(w, *c, Party::kBot);
  if (r.Chance(0.3)) {
    co_await w.Pause(25);
    w.Tell(*c, End(r.Chance(0.5) ? Party::kCustomer : Party::kSystem, true));
    co_return false;
  }
  if (r.Chance(0.06)) {
    co_await w.Pause(30);
    w.Tell(*c, {.type = EventType::kChatAbandoned});
    w.MayReturn(*c);
    co_return false;
  }
  co_return true;
}

// Handed to a colleague who has room: he joins, the first one leaves.
Task<AgentIndex> HandToColleague(World& w, ContactPtr c, AgentIndex agent) {
  Random& r = w.random();
  const std::optional<AgentIndex> next = w.staff().Colleague(c->queue, Desk::kChats, agent, &r);
  if (!next || !w.staff().TryTakeAgent(*next)) co_return agent;
  Event e{.type = EventType::kChatTransferred, .by_agent = w.staff().agent(agent).id};
  e.to_agent = w.staff().agent(*next).id;
  e.transfer_kind = r.Chance(0.5) ? TransferKind::kWarm : TransferKind::kBlind;
  w.Tell(*c, e);
  co_await w.Sleep(r.Between(2, 20));
  w.Tell(*c, w.ByAgent(EventType::kChatJoined, *next));
  if (e.transfer_kind == TransferKind::kWarm) co_await w.Pause(20);
  w.Tell(*c, w.ByAgent(EventType::kChatLeft, agent));
  w.scheduler().Start(WrapUp(w, c, kChatWords, agent));
  co_return *next;
}

Exit TransferToQueue(World& w, Contact& c, AgentIndex agent) {
  const QueueIndex other = w.OtherQueue(c.queue);
  Event e{.type = EventType::kChatTransferred, .by_agent = w.staff().agent(agent).id};
  e.to_queue = w.staff().queue_name(other);
  e.transfer_kind = TransferKind::kBlind;
  w.Tell(c, e);
  w.Tell(c, w.ByAgent(EventType::kChatLeft, agent));
  c.queue = other;
  return Exit::kToQueue;
}

// Between joining and leaving: who writes what.
Task<ConversationResult> Converse(World& w, ContactPtr c, AgentIndex agent) {
  const auto& b = w.options().behaviour;
  Random& r = w.random();
  if (r.Chance(0.5)) AgentSays(w, *c, agent, Visibility::kPublic, true);  // a canned greeting
  const uint64_t turns = 2 + r.Below(6);
  for (uint64_t i = 0; i < turns; ++i) {
    co_await w.Pause(22);
    AgentSays(w, *c, agent, c->serial % 3 == 0 ? Visibility::kNone : Visibility::kPublic);
    if (r.Chance(0.08)) {
      co_await w.Sleep(r.Between(1, 10));
      AgentSays(w, *c, agent, Visibility::kInternal);
    }
    if (i == 1) TellWhatIsLearnt(w, *c, EventType::kChatUpdated);
    if (r.Chance(0.015)) Say(w, *c, Party::kThirdParty);
    if (r.Chance(b.silent / 2)) {
      co_await w.Sleep(300);
      Say(w, *c, Party::kSystem, true);  // "are you still there?"
      co_await w.Sleep(600);
      co_return ConversationResult{Exit::kSilent, agent};
    }
    co_await w.Pause(35, 0.8);
    Say(w, *c, Party::kCustomer);
    if (r.Chance(0.2)) {
      co_await w.Sleep(r.Between(2, 15));
      Say(w, *c, Party::kCustomer);
    }
    if (!r.Chance(b.transfer / 3)) continue;
    if (r.Chance(0.5)) {
      agent = co_await HandToColleague(w, c, agent);
    } else {
      co_await w.Sleep(r.Between(2, 15));
      co_return ConversationResult{TransferToQueue(w, *c, agent), agent};
    }
  }
  co_await w.Pause(20);
  AgentSays(w, *c, agent, Visibility::kPublic);
  co_await w.Pause(25);
  co_return ConversationResult{Exit::kOver, agent};
}

// From the moment when a person is wanted to the end. True: it may be reopened.
Task<bool> WithPeople(World& w, ContactPtr c, std::optional<AgentIndex> holder) {
  Random& r = w.random();
  for (int hops = 0;; ++hops) {
    if (!holder) holder = co_await ReachAgent(w, c, kChatWords);
    if (!holder) co_return false;
    const ConversationResult result = co_await Converse(w, c, *holder);
    if (result.exit == Exit::kToQueue && hops < 6) {
      w.scheduler().Start(WrapUp(w, c, kChatWords, result.agent));
      holder.reset();
      continue;
    }
    const bool silent = result.exit == Exit::kSilent;
    const bool resolved = !silent && r.Chance(w.options().behaviour.resolved);
    const bool told = !silent && r.Chance(0.8);
    const Party by = silent ? Party::kSystem : r.Chance(0.5) ? Party::kCustomer : Party::kAgent;
    w.Tell(*c, End(by, told ? std::optional<bool>(resolved) : std::nullopt));
    w.scheduler().Start(WrapUp(w, c, kChatWords, result.agent));
    FollowUp(w, *c, resolved);
    co_return true;
  }
}

// The customer writes again in the chat that had ended.
Task<bool> Reopen(World& w, ContactPtr c) {
  Random& r = w.random();
  co_await w.Pause(2400, 1.2);
  w.Tell(*c, {.type = EventType::kChatReopened});
  Say(w, *c, Party::kCustomer);
  co_await w.Sleep(r.Between(1, 4));
  const bool again = co_await WithPeople(w, c, std::nullopt);
  co_return again;
}

// An agent who has a moment writes first.
Task<> Proactive(World& w, ContactPtr c) {
  const std::optional<AgentIndex> agent = w.staff().TryTake(c->queue, Desk::kChats);
  if (!agent) co_return;
  w.Tell(*c, w.Opening(*c, EventType::kChatStarted));
  w.Tell(*c, w.ByAgent(EventType::kChatJoined, *agent));
  AgentSays(w, *c, *agent, Visibility::kPublic);
  co_await w.Pause(60);
  Say(w, *c, Party::kCustomer);
  co_await WithPeople(w, c, agent);
}

Task<> Inbound(World& w, ContactPtr c) {
  const auto& b = w.options().behaviour;
  Random& r = w.random();
  const bool bot = r.Chance(b.bot);
  Event started = w.Opening(*c, EventType::kChatStarted);
  started.bot = bot;
  w.Tell(*c, started);
  Say(w, *c, Party::kCustomer);
  if (bot) {
    const bool person_needed = co_await WithBot(w, c);
    if (!person_needed) co_return;
  } else if (r.Chance(0.4)) {
    co_await w.Sleep(r.Between(0.5, 3));
    Say(w, *c, Party::kSystem, true);  // "you are number three"
  }
  bool may_reopen = co_await WithPeople(w, c, std::nullopt);
  for (int times = 0; may_reopen && times < 3 && r.Chance(b.reopen); ++times) {
    may_reopen = co_await Reopen(w, c);
  }
}

Channel ChannelOf(Random* r) {
  constexpr std::array<double, 7> kWeights = {0.30, 0.15, 0.15, 0.25, 0.08, 0.04, 0.03};
  constexpr std::array<Channel, 7> kChannels = {Channel::kNone,      Channel::kWeb,
                                                Channel::kApp,       Channel::kWhatsapp,
                                                Channel::kMessenger, Channel::kSms,
                                                Channel::kSocial};
  return kChannels[r->Pick(kWeights)];
}

}  // namespace

Task<> TellChat(World& w, Occasion occasion) {
  const ContactPtr c = w.Open(occasion);
  c->channel = ChannelOf(&w.random());
  if (occasion.initiator != Party::kCustomer) {
    co_await Proactive(w, c);
  } else {
    co_await Inbound(w, c);
  }
  w.Close(*c);
}

}  // namespace touchline::simulator
