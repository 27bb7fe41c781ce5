"""The rules by which logs are counted, and where each is held to: an index of one-case tests."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
CLAUDE, CODEX = "test_agents_claude_repeats", "test_agents_codex"
FORKS, GEMINI = "test_agents_codex_forks", "test_agents_gemini_cli"
OPENCODE, OPENCLAW, COPILOT = "test_agents_opencode", "test_agents_openclaw", "test_agents_copilot_cli"
LINES, MONEY = "test_every_log_of_lines", "test_engine_money"

RULES: dict[str, tuple[tuple[str, str], ...]] = {
    "a compressed Codex thread is read; a plain copy wins": (
        (CODEX, "test_a_compressed_thread_is_read"),
        (CODEX, "test_a_plain_copy_wins_over_a_compressed_one"),
        (CODEX, "test_a_thread_that_is_compressed_later_counts_once"),
    ),
    "a resumed Gemini conversation stands in two formats": (
        (GEMINI, "test_a_resumed_conversation_in_both_formats_counts_once_in_any_order"),
    ),
    "Claude's lines without a request id are one request": (
        (CLAUDE, "test_without_request_id_anthropics_message_id_is_enough_in_any_file"),
    ),
    "a gateway's constant message id": (
        (CLAUDE, "test_a_gateways_constant_message_id_keeps_requests_apart_by_what_was_sent"),
        (CLAUDE, "test_thousands_of_requests_under_one_constant_id_all_count"),
        (CLAUDE, "test_a_gateways_message_id_is_another_request_in_another_session"),
    ),
    "a side question replays its parent's message": (
        (CLAUDE, "test_a_side_question_that_replays_the_main_thread_is_dropped_in_any_order"),
    ),
    "a subagent's progress lines, with and without its file": (
        (CLAUDE, "test_a_subagents_progress_line_counts_when_it_has_no_file"),
        (CLAUDE, "test_a_subagents_progress_line_and_its_file_are_one_request"),
    ),
    "an advisor is a request under its own model": (
        (CLAUDE, "test_an_advisor_is_a_request_of_its_own_under_its_own_model"),
    ),
    "null is as good as absent": (
        ("test_agents_claude_code", "test_null_is_as_good_as_absent"),
        ("test_agents_codex_lines", "test_null_is_as_good_as_absent"),
        (GEMINI, "test_null_is_as_good_as_absent"),
    ),
    "every form of RFC 3339; BOM, CRLF and a torn end": (
        ("test_agents_claude_code", "test_every_form_of_rfc_3339_is_read"),
        (LINES, "test_bad_neighbours_take_no_request_along"),
        (LINES, "test_an_appended_half_line_waits_for_its_end"),
    ),
    "a Codex fork whose parent is gone": (
        (FORKS, "test_what_was_copied_is_where_the_thread_s_totals_begin"),
        (FORKS, "test_a_copy_of_one_request_is_one"),
    ),
    "an OpenCode fork clones rows under new ids": (
        (OPENCODE, "test_a_fork_that_clones_rows_under_new_ids_adds_nothing"),
    ),
    "a pi fork repeats records verbatim": (
        ("test_agents_pi", "test_a_fork_that_repeats_records_verbatim_adds_nothing"),
    ),
    "OpenCode's reasoning, in output or beside it": (
        (OPENCODE, "test_is_added_where_output_does_not_hold_it"),
    ),
    "the ends of a Copilot session are added": (
        (COPILOT, "test_the_ends_of_a_resumed_session_are_added"),
        (COPILOT, "test_both_kinds_of_cached_tokens_are_within_the_input"),
    ),
    "the ends of a Copilot session that tell sums, or what its rows tell": (
        ("test_agents_copilot_store", "test_ends_that_tell_credits_and_go_on_counting_are_sums"),
        ("test_agents_copilot_store", "test_the_end_of_a_stretch_that_has_rows_tells_nothing_new"),
        ("test_agents_copilot_store", "test_stretches_of_before_the_table_count_by_their_ends"),
    ),
    "a streamed answer has its largest output and its first time": (
        (CLAUDE, "test_a_growing_answer_counts_once_with_its_last_output_and_first_time"),
    ),
    "the same Codex totals again are one request": ((CODEX, "test_the_same_totals_again_add_nothing"),),
    "equal Codex requests are two when the totals moved": ((CODEX, "test_two_requests_of_one_size_are_two"),),
    "old Codex logs with totals alone": (
        (CODEX, "test_old_logs_with_totals_alone_count_their_differences_and_never_less_than_nothing"),
    ),
    "Codex totals carried over from a resumed thread": (
        (CODEX, "test_a_first_total_carried_over_from_a_resumed_thread_is_not_counted"),
    ),
    "Codex totals that fall after a compaction": (
        (CODEX, "test_totals_that_fall_after_a_compaction_count_the_latest_request"),
    ),
    "a Codex fork or subagent beside its parent": (
        (FORKS, "test_what_was_copied_counts_once_in_any_order_of_files"),
        (FORKS, "test_what_was_copied_counts_once_over_scans"),
        (FORKS, "test_a_copy_that_pauses_adds_nothing"),
        ("test_agents_codex_families", "test_a_family_of_threads_counts_each_request_once"),
    ),
    "a Codex thread in its folder and in the archive": (
        (CODEX, "test_a_thread_in_the_archive_and_beside_it_counts_once"),
    ),
    "Gemini's cached tokens are in the input, tools and thoughts are not": (
        (GEMINI, "test_cached_is_within_the_input_and_tools_and_thoughts_are_on_top"),
        (GEMINI, "test_cached_tokens_that_the_total_shows_beside_the_input_are_added"),
    ),
    "Gemini messages appended again, set as a whole, rewound": (
        (GEMINI, "test_a_message_that_is_appended_again_counts_once_with_its_last_usage"),
        (GEMINI, "test_a_history_that_is_set_as_a_whole_repeats_its_messages"),
        (GEMINI, "test_rewound_messages_stay_paid"),
    ),
    "OpenClaw's archives, linked homes, models and databases": (
        (OPENCLAW, "test_file_archives_database_and_gateway_know_it_by_one_key"),
        (OPENCLAW, "test_an_old_home_that_is_a_link_to_the_new_one_is_read_once"),
        (OPENCLAW, "test_an_old_home_that_is_a_copy_adds_nothing"),
        (OPENCLAW, "test_a_model_on_the_message_needs_no_model_change_row"),
        (OPENCLAW, "test_a_compressed_row_is_a_row"),
    ),
    "what looks like a request and is none": (
        ("test_agents_claude_rejects", "test_is_passed_over_without_a_reject"),
        (OPENCLAW, "test_what_the_gateway_says_itself_is_none"),
    ),
    "a resumed Claude session counts under the first one": (
        (CLAUDE, "test_a_resumed_session_owns_its_own_replies_only"),
    ),
    "money: cache writes of an hour, searches, long prompts, fast answers": (
        (MONEY, "test_a_request_of_claude_code_costs_its_list_price"),
        (MONEY, "test_a_fast_answer_keeps_its_models_name"),
    ),
    "money: Codex without a model": ((MONEY, "test_codex_without_a_model_is_unknown_and_unpriced"),),
    "money: what OpenClaw recorded": (
        (MONEY, "test_a_cost_that_openclaw_logged_is_kept_beside_the_list_price"),
    ),
    "money: what OpenCode calls free": (
        (MONEY, "test_what_opencode_calls_free_is_nothing_by_the_log_and_the_list_price_by_the_list"),
    ),
    "money: a sum of requests has no long prompt": (
        (MONEY, "test_a_sum_of_requests_has_no_long_prompt_and_at_least_one_request"),
        ("test_pricing_sums", "test_a_sum_of_requests_is_priced_without_the_tier_of_long_prompts"),
    ),
    "one Claude message under two request ids is two requests": (
        (CLAUDE, "test_one_message_under_two_request_ids_is_two_requests"),
        (CLAUDE, "test_without_any_id_a_line_is_itself"),
    ),
    "days are local, also when clocks change": (
        ("test_ledger_reports", "test_days_around_a_clock_change_equal_sums_by_hand"),
        ("test_benchmarks_five_agents", "test_each_local_day_is_the_truth"),
    ),
    "requests that two programs write down": (
        (OPENCLAW, "test_what_another_program_answered_is_left_to_that_programs_log"),
        ("test_agents_own_logs", "test_a_run_of_codex_that_has_a_thread_of_its_own_is_left_to_it"),
        ("test_agents_own_logs", "test_a_run_of_gemini_that_has_a_conversation_of_its_own_is_left_to_it"),
        (COPILOT, "test_a_session_in_both_places_counts_once_in_any_order"),
    ),
    "sessions that are known by their sums": (
        ("test_agents_droid", "test_a_session_that_goes_on_stays_one_event_even_under_another_model"),
        ("test_ledger_costs", "test_a_sum_of_nobody_knows_how_many_requests_is_one_at_the_least"),
    ),
    "the folder of a line, not the name of its file, is the project": (
        ("test_agents_claude_code", "test_a_request_belongs_to_its_lines_session_folder_and_branch"),
        (GEMINI, "test_the_folder_that_a_newer_version_noted_is_the_project"),
    ),
}


@pytest.mark.parametrize(("module", "test"), sorted({test for tests in RULES.values() for test in tests}))
def test_each_rule_has_its_tests(module: str, test: str) -> None:
    [path] = TESTS.glob(f"*/{module}.py")
    assert re.search(rf"^ *(async )?def {test}", path.read_text(), re.MULTILINE)
