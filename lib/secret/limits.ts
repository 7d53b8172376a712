import * as check from "../internal/check";
import { isLater } from "../internal/value";
import type { SecretArgs } from "./arguments";

/** "Create a secret": what a secret's id may have. */
export const secretId: check.Check = check.matching(
    /^[A-Za-z0-9_-]{1,255}$/,
    "must have 1 to 255 letters, digits, - and _",
);

/** The path of a file into which a secret is put: Cloud Run mounts no folder over those of the system ("Volume mounts"). */
export const filePath: check.Check = check.pipe(
    check.matching(
        /^(\/(?!\.\.?(\/|$))[\w.-]+){2,}$/,
        "must be the absolute path of a file in a folder, such as /secrets/api-key/text",
    ),
    check.refine((path) => !/^\/(dev|proc|sys)\//.test(String(path)), "must not be in /dev, /proc or /sys"),
);

/** A time in the form of RFC 3339 that is one of the calendar. */
export const time: check.Check = check.pipe(
    check.matching(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/,
        "must be a time such as 2027-01-01T00:00:00Z",
    ),
    check.refine((value) => !Number.isNaN(Date.parse(String(value))), "is no time of the calendar"),
);

/** "Secret annotations". */
export const annotations: check.Check = check.pipe(
    check.record(
        check.matching(
            /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/,
            "an annotation's key must have up to 63 letters, digits, -, _ and ., and start and end with a letter or digit",
        ),
        check.input(check.text()),
    ),
    check.refine((all) => size(all as object) <= 16 * 1024, "annotations can have 16 KiB at most in all"),
);

function size(all: object): number {
    const texts = Object.entries(all).flatMap(([key, value]) => (typeof value === "string" ? [key, value] : [key]));
    return Buffer.byteLength(texts.join(""));
}

/** What is wrong with arguments that are right each by itself. */
export function problemsTogether(args: SecretArgs): (check.Problem | undefined)[] {
    const { value, external, generate, encryptionKey, notifications, replicas } = args;
    const sources = Object.entries({ generate, value, external }).flatMap(([key, one]) =>
        one === undefined ? [] : [key],
    );
    return [
        sources.length > 1
            ? problem("", `only one of generate, value, external can be given (got ${sources.join(", ")})`)
            : undefined,
        external && args.replaced !== undefined && args.replaced !== "destroy"
            ? problem(
                  "replaced",
                  `is nothing for an external secret, whose versions are not made here (got "${args.replaced}")`,
              )
            : undefined,
        ...(replicas ? replicaProblems(replicas, encryptionKey !== undefined) : [globalKey(encryptionKey)]),
        (notifications?.rotationPeriod === undefined) !== (notifications?.nextRotationTime === undefined)
            ? problem("notifications", "rotationPeriod and nextRotationTime need each other", "Give both or neither.")
            : undefined,
    ];
}

function problem(path: string, what: string, mending?: string): check.Problem {
    return { path, reason: mending ? `${what}. ${mending}` : `${what}.` };
}

function globalKey(key: unknown): check.Problem | undefined {
    const location = locationOf(key);
    return location === undefined || location === "global"
        ? undefined
        : problem(
              "encryptionKey",
              `must be a key in the location global, as values are stored where Google chooses (got "${key}")`,
              "Or say with replicas where they are stored.",
          );
}

function replicaProblems(replicas: Required<SecretArgs>["replicas"], hasGlobalKey: boolean) {
    const all = Object.entries(replicas);
    const keyed = all.filter(([, { encryptionKey }]) => encryptionKey !== undefined);
    return [
        hasGlobalKey
            ? problem("encryptionKey", "does not go with replicas", "Give each replica the key of its region.")
            : undefined,
        all.length === 0 ? problem("replicas", "must name a region at least (got {})") : undefined,
        keyed.length !== 0 && keyed.length !== all.length
            ? problem("replicas", "must have an encryptionKey each, or none")
            : undefined,
        ...keyed.map(([region, { encryptionKey }]) => {
            const location = locationOf(encryptionKey);
            return location === undefined || location === region
                ? undefined
                : problem(
                      `replicas.${region}.encryptionKey`,
                      `must be a key in the location ${region} (got "${encryptionKey}")`,
                  );
        }),
    ];
}

/** Where a key is, when that is known already. */
function locationOf(key: unknown): string | undefined {
    return isLater(key) ? undefined : /^projects\/[^/]+\/locations\/([^/]+)\//.exec(String(key))?.[1];
}
