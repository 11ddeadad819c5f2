#pragma once

#include <string_view>

#include "domain/explain/explanation.h"
#include "domain/interaction/fold.h"
#include "domain/interaction/log_entry.h"
#include "domain/symbols.h"

namespace touchline::domain {

// `customer` is the text of entry.customer.
LogRow RowOf(const LogEntry& entry, std::string_view customer, const SymbolTable& symbols);
LogRow RowOf(const Timer& timer);

}  // namespace touchline::domain
