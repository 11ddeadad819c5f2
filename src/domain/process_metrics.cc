#include "domain/process_metrics.h"

namespace touchline::domain {
namespace {

constexpr auto kC = MetricType::kCounter;
constexpr auto kH = MetricType::kHistogram;
using P = ProcessMetricId;

// clang-format off
constexpr ProcessMetricSpec kCatalogue[] = {
  {.id = P::kCommitSeconds, .name = "touchline_commit_seconds", .type = kH,
   .help = "From the sealing of a commit to its being durable."},
  {.id = P::kCommittedRows, .name = "touchline_committed_rows_total", .type = kC,
   .help = "Rows of state written by commits."},
  {.id = P::kCommittedBytes, .name = "touchline_committed_bytes_total", .type = kC,
   .help = "Bytes of state written by commits."},
  {.id = P::kEventLag, .name = "touchline_event_lag_seconds", .type = kH, .labels = "source",
   .help = "From an event's own time to its being applied; live sources only."},
  {.id = P::kWatermark, .name = "touchline_watermark_timestamp_seconds", .merge = Merge::kMin,
   .labels = "stage, source",
   .help = "Event time up to which a stage holds its input from a source complete; the least over "
           "the tasks that have a watermark."},
  {.id = P::kSourceCompleteUntil,
   .name = "touchline_source_complete_until_timestamp_seconds", .merge = Merge::kMin,
   .labels = "source",
   .help = "Event time up to which a source says, by its heartbeats, that it has sent everything; "
           "the least over partitions and senders, without those that have said their last; absent "
           "where none has spoken."},
  {.id = P::kConsumerLag, .name = "touchline_consumer_lag", .labels = "source, partition",
   .help = "Records of the input that are not yet read."},
  {.id = P::kTasks, .name = "touchline_tasks", .labels = "stage",
   .help = "Tasks, one per input partition, that this instance owns."},
  {.id = P::kTasksCaughtUp, .name = "touchline_tasks_caught_up", .labels = "stage",
   .help = "Tasks that have met the end of their input since the start."},
  {.id = P::kClockSkew, .name = "touchline_clock_skew_seconds", .merge = Merge::kMax,
   .labels = "source",
   .help = "Furthest that an event's time has been ahead of this machine's clock; live sources "
           "only."},
  {.id = P::kStateEntries, .name = "touchline_state_entries",
   .help = "Rows of the state, as estimated by the store: overwritten and deleted ones count until "
           "they are compacted."},
  {.id = P::kStateBytes, .name = "touchline_state_bytes",
   .help = "Bytes of the state, on disk and in write buffers."},
  {.id = P::kCacheBytes, .name = "touchline_cache_bytes",
   .help = "Bytes of the entities held in memory, and of what is known of the others."},
  {.id = P::kCacheEntries, .name = "touchline_cache_entries",
   .help = "Entities held in memory."},
  {.id = P::kTimers, .name = "touchline_timers",
   .help = "Wake-ups of contacts and customers that memory knows, due soon or not."},
  {.id = P::kOutboxRecords, .name = "touchline_outbox_records",
   .help = "Outgoing records that the broker has not yet acknowledged."},
  {.id = P::kForgottenContacts, .name = "touchline_forgotten_contacts_total", .type = kC,
   .help = "Contacts in which a customer's name has given way to a pseudonym, because he is to be "
           "forgotten."},
  {.id = P::kToForget, .name = "touchline_customers_to_forget",
   .help = "Customers who are to be forgotten and whom a task of this instance has still to look "
           "for, each counted once per task; 0: all that is known here is done."},
  {.id = P::kFreeDiskBytes, .name = "touchline_free_disk_bytes", .merge = Merge::kMin,
   .help = "Free space on the state's file system; absent until first measured."},
  {.id = P::kPausedForDisk, .name = "touchline_paused_for_disk", .merge = Merge::kMax,
   .help = "1 while consumption is paused because the disk is nearly full, else 0."},
  {.id = P::kSeriesDropped, .name = "touchline_series_dropped_total", .type = kC,
   .labels = "label",
   .help = "Label sets that are exported as part of `other` because the label has no room left."},
  {.id = P::kScrapeSeconds, .name = "touchline_scrape_seconds", .type = kH, .labels = "page",
   .help = "Time that it took to write a page; a scrape shows those before it."},
  {.id = P::kConfigReloadSuccessful, .name = "touchline_config_last_reload_successful",
   .merge = Merge::kMin,
   .help = "1 when the configuration that was read last is in force, 0 when it was refused and an "
           "older one still is."},
  {.id = P::kConfigReloadSuccessTime,
   .name = "touchline_config_last_reload_success_timestamp_seconds", .merge = Merge::kMin,
   .help = "When the configuration in force was read, as a Unix time."},
  {.id = P::kBuildInfo, .name = "touchline_build_info", .merge = Merge::kMax,
   .labels = "version and those of the libraries",
   .help = "Always 1; what this program was built from stands in the labels."},
  {.id = P::kProcessCpuSeconds, .name = "process_cpu_seconds_total", .type = kC,
   .help = "User and system CPU time spent."},
  {.id = P::kProcessResidentBytes, .name = "process_resident_memory_bytes",
   .help = "Resident memory."},
  {.id = P::kProcessVirtualBytes, .name = "process_virtual_memory_bytes",
   .help = "Virtual memory."},
  {.id = P::kProcessOpenFds, .name = "process_open_fds", .help = "Open file descriptors."},
  {.id = P::kProcessMaxFds, .name = "process_max_fds",
   .help = "Most file descriptors that may be open."},
  {.id = P::kProcessThreads, .name = "process_threads", .help = "Threads of the process."},
  {.id = P::kProcessStartTime, .name = "process_start_time_seconds", .merge = Merge::kMin,
   .help = "When the process started, as a Unix time."},
};
// clang-format on
static_assert(std::size(kCatalogue) == kProcessMetricCount);

}  // namespace

std::span<const ProcessMetricSpec> ProcessCatalogue() { return kCatalogue; }

const ProcessMetricSpec& Spec(ProcessMetricId id) { return kCatalogue[static_cast<size_t>(id)]; }

}  // namespace touchline::domain
