// librdkafka's headers, and nothing else. `rdkafka_mock.h` is the library's own in-process cluster, for tests.
#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
