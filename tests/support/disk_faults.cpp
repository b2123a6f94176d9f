#include "tests/support/disk_faults.hpp"

namespace kleber::support {
namespace {

bool is_meant(const DiskFault& fault, DiskOperation operation, std::string_view name) {
    const bool is_change = operation != DiskOperation::Open && operation != DiskOperation::Read;
    return (fault.operation == operation ||
            (fault.operation == DiskOperation::Change && is_change)) &&
           name.ends_with(fault.name_end);
}

}  // namespace

std::optional<DiskFailure> DiskFaults::next(DiskOperation operation, std::string_view name) {
    std::optional<DiskFailure> failure;
    for (DiskFault& fault : faults_) {
        if (!is_meant(fault, operation, name)) continue;
        if (fault.after_count > 0) {
            --fault.after_count;
        } else if (fault.fail_count > 0 && !failure) {
            if (fault.fail_count != DiskFault::kForever) --fault.fail_count;
            failure = fault.failure;
        }
    }
    return failure;
}

}  // namespace kleber::support
