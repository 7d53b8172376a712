import * as check from "../internal/arguments/check";

/** A number with or without the prefix of its resource name; the prefix is removed. */
function numbered(word: string, wording: string): check.Check<string> {
    return check.pipe(
        check.matching(new RegExp(`^(${word}/)?\\d{1,19}$`), wording),
        check.transform((id) => id.replace(`${word}/`, "")),
    );
}

/** A {@link https://cloud.google.com/resource-manager/docs/creating-managing-folders folder} number. */
export const folder = numbered("folders", "must be a folder's number, such as 123456789012");

/** An {@link https://cloud.google.com/resource-manager/docs/creating-managing-organization organization} number. */
export const organization = numbered("organizations", "must be an organization's number, such as 123456789012");
