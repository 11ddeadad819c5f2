#include "app/simulate_flags.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <utility>

#include "app/config_text.h"

namespace touchline::app {
namespace {

// An option whose text is read by one of config_text.h's functions.
template <class T>
void AddText(CLI::App* command, const std::string& name, const std::string& type,
             Parsed<T> (*parse)(std::string_view), std::function<void(T)> take,
             const std::string& help) {
  command
      ->add_option_function<std::string>(
          name,
          [name, parse, take = std::move(take)](const std::string& text) {
            const Parsed<T> value = parse(text);
            if (!value) throw CLI::ValidationError(name, value.error());
            take(*value);
          },
          help)
      ->type_name(type);
}

void AddShare(CLI::App* command, const std::string& name, double* share, const std::string& help) {
  command->add_option(name, *share, help)
      ->type_name("0..1")
      ->check(CLI::Range(0.0, 1.0).description(""));
}

void AddStory(CLI::App* command, SimulateOptions* options) {
  simulator::SimulatorOptions& story = options->simulator;
  command->add_option("--seed", story.seed, "The same seed and options tell the same story")
      ->capture_default_str()
      ->type_name("N");
  AddText<EventTime>(
      command, "--start", "INSTANT", ParseInstant,
      [options](EventTime t) {
        options->simulator.start = t;
        options->start_given = true;
      },
      "When the story begins; else now (Kafka) or 2026-01-05T08:00:00Z (file)");
  AddText<Duration>(
      command, "--duration", "DURATION", ParseDuration,
      [options](Duration d) { options->simulator.length = d; },
      "How long new contacts arrive [8h]; then the open ones run to their ends");
  command->add_flag_callback(
      "--endless", [options] { options->simulator.length.reset(); }, "They arrive without end");
  command->add_flag("--cut", story.cut_at_length,
                    "Stop at the end of --duration and leave open contacts open");
  command
      ->add_option("--pace", story.pace,
                   "Hours of the centre's life per hour of event time: its speed-up")
      ->capture_default_str()
      ->type_name("FACTOR");
  command
      ->add_option("--contacts-per-hour", story.contacts_per_hour,
                   "Mean over a weekday, per hour of the centre's life")
      ->capture_default_str()
      ->type_name("N");
  command->add_flag_callback(
      "--flat", [options] { options->simulator.hourly_curve = false; },
      "The same rate around the clock");
  command->add_option("--agents", story.agents, "Employed; 0: as many as that load needs")
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--queues", story.queues, "Number of queues")
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--partners", story.partners, "Number of partners")
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--customers", story.customers, "Who contacts us is one of these")
      ->capture_default_str()
      ->type_name("N");
}

void AddDelivery(CLI::App* command, SimulateOptions* options) {
  simulator::DeliveryKnobs& knobs = options->simulator.delivery;
  command->add_flag_callback(
      "--rough", [options] { options->simulator.delivery = simulator::DeliveryKnobs::Rough(); },
      "All that follows at rates seen in bad weather; single ones change theirs");
  AddShare(command, "--duplicates", &knobs.duplicate_share, "Share of events sent twice");
  AddShare(command, "--disorder", &knobs.disorder_share, "Share sent up to 5 s late");
  AddShare(command, "--late", &knobs.late_share, "Share sent up to 10 min late");
  AddShare(command, "--missing-ends", &knobs.missing_end_share, "Share of ends never sent");
  AddShare(command, "--poison", &knobs.poison_share, "Unreadable records per event");
  AddShare(command, "--unknown-types", &knobs.unknown_type_share,
           "Events of unknown types per event");
  AddText<Duration>(
      command, "--heartbeat-every", "DURATION", ParseDuration,
      [options](Duration d) { options->simulator.delivery.heartbeat_every = d; },
      "How often each source tells up to where it is complete; else never");
}

void AddSending(CLI::App* command, SimulateOptions* options) {
  command->add_option("--rate", options->rate, "Records per second, whatever their times")
      ->type_name("N")
      ->check(CLI::Range(0.001, 1e9).description(""));
  command->add_flag("--full-speed", options->full_speed, "Kafka: do not wait for records' times")
      ->excludes("--rate");
  command->add_option("--limit", options->limit, "Stop after so many records")->type_name("N");
  command
      ->add_option("--topic-prefix", options->topic_prefix,
                   "Of the topics calls, chats and tickets")
      ->capture_default_str()
      ->type_name("TEXT");
}

}  // namespace

void AddSimulateFlags(CLI::App* command, SimulateOptions* options) {
  AddStory(command, options);
  AddDelivery(command, options);
  AddSending(command, options);
}

}  // namespace touchline::app
