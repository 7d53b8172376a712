import * as check from "../internal/arguments/check";
import { guide } from "../internal/arguments/image";

const isDigest = /^sha256:[0-9a-f]{64}$/;

/** Checks a digest. */
export const digest = check.matching(isDigest, "must be sha256: and 64 hexadecimal digits");

const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";

/** The {@link https://github.com/opencontainers/distribution-spec/blob/main/spec.md name of an image} in a registry. */
export const image = check.pipe(
    check.matching(
        new RegExp(`^${component}(/${component})*$`),
        "must be a name such as predict or team/predict: lower-case letters, digits, and single . _ or - between them",
    ),
    check.longest(200),
);

/** A {@link https://github.com/opencontainers/distribution-spec/blob/main/spec.md tag}, except `latest`. */
export const tag = check.pipe(
    check.matching(
        /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/,
        "must be a tag: up to 128 letters, digits, ., _ and -, starting with a letter, a digit or _",
    ),
    check.refine(
        (name) => name !== "latest",
        `can later refer to another image\nSpecify the tag of a version, or the digest. ${guide}`,
    ),
);

const parts = new RegExp(
    `^((?:[a-z0-9-]+\\.)+[a-z0-9-]+(?::\\d+)?|localhost(?::\\d+)?)/(${component}(?:/${component})*)(?::([^:@]*))?(?:@(.*))?$`,
);

/** The parts of a reference; undefined if it is invalid. */
function partsOf(reference: unknown) {
    const [, host, path, label, version] = parts.exec(String(reference)) ?? [];
    return host === undefined ? undefined : { name: `${host}/${path}`, label, version };
}

/** Checks the full name of an image, and drops the tag before its digest. */
export const reference = check.pipe(
    check.text(),
    check.refine(
        (value) => partsOf(value) !== undefined,
        "must be a registry, an image and a digest such as ghcr.io/acme/predict@sha256:…",
    ),
    check.refine(
        (value) => partsOf(value)?.version !== undefined || partsOf(value)?.label === undefined,
        `names an image by a tag, which can later refer to another image\nAppend its digest: @sha256:…. ${guide}`,
    ),
    check.refine(
        (value) => partsOf(value)?.version !== undefined || partsOf(value)?.label !== undefined,
        `has neither a tag nor a digest, and can later refer to another image\nAppend its digest: @sha256:…. ${guide}`,
    ),
    check.refine((value) => isValidDigest(partsOf(value)?.version), "must end with @sha256: and 64 hexadecimal digits"),
    check.transform((value) => `${partsOf(value)?.name}@${partsOf(value)?.version}`),
);

/** Whether a digest is valid; another check reports a missing one. */
function isValidDigest(version: string | undefined): boolean {
    return version === undefined || isDigest.test(version);
}
