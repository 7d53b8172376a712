/** Keys that are published. */
const published = /(PUBLIC|PUBLISHABLE|SITE)_?KEY$/i;

/** Names that can also have the key of a table or a message, the name of a header or a token of a language model as their value. */
const ambiguous =
    /(PRIMARY|FOREIGN|PARTITION|SORT|RANGE|ROW|SHARD|CACHE|OBJECT|ROUTING|ORDERING|GROUP|LOOKUP)_?KEY$|(CSRF|XSRF)_?TOKEN$|(^|_)(BOS|EOS|PAD|UNK|SEP|CLS|MASK|STOP)_?TOKEN$/i;

/** Whether a text can be a generated key: long, without spaces, of letters and digits. */
const isGenerated = (text: string) => /^(?=.*\d)(?=.*[A-Za-z])[\w+/=.~-]{20,}$/.test(text);

/**
 * Whether a variable has the name of a secret, whose value must not be plain text.
 *
 * @param value a known value, which distinguishes what `PRIMARY_KEY` and similar names can mean
 */
export const isSecretName = (name: string, value?: unknown): boolean =>
    /(PASSWORD|TOKEN|KEY|SECRET)$/i.test(name) &&
    !published.test(name) &&
    !(ambiguous.test(name) && typeof value === "string" && !isGenerated(value));
