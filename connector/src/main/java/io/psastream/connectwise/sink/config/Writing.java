package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.config.AliasValues;

/**
 * How bodies are made and checked.
 *
 * @param format what a PATCH sends
 * @param clearNulls whether a null empties its field; else the field is left out
 * @param mergeCustomFields whether custom fields are put into the array that the item has
 * @param putMerge whether a PUT sends the item that is there with the fields of the record in it
 * @param onUnapplied what to do about a field that a PATCH did not change
 * @param onUnknownField what to do about a field that the catalogue does not know
 * @param dryRun whether nothing is written
 * @param coalesce whether waiting updates of one item are sent as one
 */
public record Writing(
    PatchFormat format,
    boolean clearNulls,
    boolean mergeCustomFields,
    boolean putMerge,
    OnProblem onUnapplied,
    OnProblem onUnknownField,
    boolean dryRun,
    boolean coalesce) {

  /** What a PATCH sends. */
  public enum PatchFormat {
    REPLACE,
    DIFF,
    OPERATIONS
  }

  /** What to do about something that is probably a mistake. */
  public enum OnProblem {
    WARN,
    FAIL,
    IGNORE
  }

  static Writing of(AliasValues values) {
    return new Writing(
        values.choice(PatchFormat.class, WritingKeys.PATCH_FORMAT),
        values.is(WritingKeys.NULLS, "clear"),
        values.is(WritingKeys.CUSTOM_FIELDS, "merge"),
        values.flag(WritingKeys.PUT_MERGE),
        values.choice(OnProblem.class, WritingKeys.ON_UNAPPLIED),
        values.choice(OnProblem.class, WritingKeys.UNKNOWN_FIELDS),
        values.flag(WritingKeys.DRY_RUN),
        values.flag(WritingKeys.COALESCE));
  }
}
