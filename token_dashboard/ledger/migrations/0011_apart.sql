-- The few requests whose price the sums of the roll-ups don't tell: prompts of a size at which other rates may begin,
-- sums of several requests, and broken records whose parts exceed their whole.
create index event_apart on event (time_ms) where (input_tokens > 199999 or requests is null or requests <> 1
  or cache_read_input_tokens + cache_creation_input_tokens > input_tokens
  or cache_creation_1h_input_tokens > cache_creation_input_tokens
  or reasoning_output_tokens > output_tokens) is true;
