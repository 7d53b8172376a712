/** The seconds of a duration of Google's APIs, such as `7776000s`; undefined for another text. */
export function seconds(duration: string | undefined): number | undefined {
    const [, number] = /^(\d+(?:\.\d+)?)s$/.exec(duration ?? "") ?? [];
    return number === undefined ? undefined : Number(number);
}

/** Names of environment variables whose values are secrets, in the spelling of most programs. */
const secretNames =
    /(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?|CLIENT_SECRET)(_|$)/i;

/** Names that say where a secret is, not what it is: `TOKEN_URL`, `SECRET_NAME`. */
const places = /_(URL|URI|ID|NAME|PATH|FILE|TTL|LENGTH|TYPE|HOST|PORT|VERSION|REGION|BUCKET|TOPIC)$/i;

/** Whether a variable has a secret as its value, by its name. Values that refer to Secret Manager or to a file have none. */
export function isSecret(name: string, value: unknown): boolean {
    const isPlain =
        typeof value === "string" &&
        value !== "" &&
        !/^(projects\/[^/]+\/secrets\/|\/|sm:\/\/|https?:\/\/)/.test(value);
    return secretNames.test(name) && !places.test(name) && isPlain;
}
