#pragma once

#include <cstdint>
#include <optional>

#include "simulator/contact.h"
#include "simulator/flow.h"
#include "simulator/world.h"

namespace touchline::simulator {

// A contact's life, from its first event to its last. `world` outlives the story.
Task<> TellCall(World& world, Occasion occasion);
Task<> TellChat(World& world, Occasion occasion);
Task<> TellTicket(World& world, Occasion occasion);

// --- chapters that calls and chats share ---

// The words in which a medium tells of its queue.
struct QueueWords {
  domain::EventType queued, left_queue, offered, missed, abandoned, taken, wrapped_up;
  Desk desk;
};
extern const QueueWords kCallWords;
extern const QueueWords kChatWords;

// Waits at the contact's queue until somebody takes it; nullopt when it left otherwise (the
// customer gave up, was sent elsewhere or asked to be called back), which has then been told and
// followed up. `first` is offered the contact before the queue is tried. Whoever took it holds it.
Task<std::optional<AgentIndex>> ReachAgent(World& world, ContactPtr contact,
                                           const QueueWords& words,
                                           std::optional<AgentIndex> first = std::nullopt);
// After-contact work of one who has let go of the contact; frees him at its end. A story of its
// own.
Task<> WrapUp(World& world, ContactPtr contact, const QueueWords& words, AgentIndex agent);

// What the customer tells only in the course of the contact: who he is, why he is here; or that he
// had to say it again.
void TellWhatIsLearnt(World& world, Contact& contact, domain::EventType updated);
// After the last word: a ticket made from it, a return.
void FollowUp(World& world, const Contact& contact, bool resolved);

}  // namespace touchline::simulator
