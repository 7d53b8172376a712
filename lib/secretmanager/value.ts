import { randomInt } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { secretManagerLimits } from "../facts/limits/secretManager";
import { deferredError, programPlace } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { isDeferred } from "../internal/arguments/value";

/** A value that the program receives, from its configuration or another resource. */
export interface GivenValue {
    /**
     * The value, as a secret output: `config.requireSecret("apiKey")`, or the secret output of another resource.
     * {@link https://cloud.google.com/secret-manager/quotas 1 to 65,536 bytes}. Changing this creates a new version.
     */
    value: pulumi.Output<string>;
}

/** A value that is added to the secret outside of the program, by hand or by another system. */
export interface ExternalValue {
    /** Creates no version. Add one with `gcloud secrets versions add api-key --data-file=-`. */
    external: true;
}

/** A value that the component generates at random, once. */
export interface GeneratedValue {
    /**
     * How the value is generated. It contains each class of characters that `characters` has: lower-case letters, upper-case
     * letters, digits, others. Any change here generates a new value, in a new version.
     * @default 32 letters and digits
     */
    generate?: {
        /**
         * The number of characters: 16 to 65,536.
         * @default 32
         */
        length?: number;
        /**
         * The characters to choose from: at least 10 different ones of printable ASCII.
         * @default letters and digits
         */
        characters?: string;
        /**
         * Any text, such as `"2026-03"`. Changing it rotates the secret: it generates a new value.
         * @default no rotation
         */
        rotation?: string;
    };
}

const letters = "abcdefghijklmnopqrstuvwxyz";

const lettersAndDigits = `${letters}${letters.toUpperCase()}0123456789`;

/** The {@link https://cloud.google.com/secret-manager/quotas size limit} of a secret value. */
const maxBytes = secretManagerLimits.rows.payload.max;

/** The character classes that password rules require. */
const characterClasses = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/];

const characters = check.pipe(
    check.matching(/^[\x20-\x7e]{10,}$/, "must have at least 10 characters, all of them printable ASCII"),
    check.refine((text) => new Set(String(text)).size === String(text).length, "must not have duplicate characters"),
);

/** Checks how a value is generated. */
export const generate = check.options<Required<GeneratedValue>["generate"]>({
    length: check.whole(16, maxBytes, "characters"),
    characters,
    rotation: check.text(),
});

/** Generates a random text, uniformly among those that contain every character class of `characters`. */
export function generateValue(options: GeneratedValue["generate"] = {}): string {
    const { length = 32, characters = lettersAndDigits } = options;
    const required = characterClasses.filter((characterClass) => characterClass.test(characters));
    for (;;) {
        const text = Array.from({ length }, () => characters[randomInt(characters.length)]).join("");
        if (required.every((characterClass) => characterClass.test(text))) {
            return text;
        }
    }
}

const hint =
    "Set it with 'pulumi config set --secret <key>' and pass it as new pulumi.Config().requireSecret(\"<key>\").";

/** Checks that a value is an output. No error shows the value: if it is not an output, it may be the secret itself. */
export const secretOutput = check.sensitive<pulumi.Output<string>>(
    isDeferred,
    `must not be in the source code as plain text\n${hint}`,
);

/** Validates a value when it becomes known: it must be secret and fit into a version. No error shows it. */
export function validateValue(component: string, value: pulumi.Input<string>, path = "value"): pulumi.Output<string> {
    const output = pulumi.output(value) as pulumi.Output<unknown>;
    const place = programPlace();
    return (pulumi.secret(value) as pulumi.Output<unknown>).apply(async (known) => {
        const isSecret = await pulumi.isSecret(output);
        const problem =
            check.when(!isSecret, path, "secretmanager/value-not-secret", `must be a secret output. ${hint}`) ??
            valueProblem(known, path);
        if (problem !== undefined) {
            throw deferredError(component, [problem], place);
        }
        return known as string;
    });
}

function valueProblem(value: unknown, path: string): check.Problem | undefined {
    if (typeof value !== "string") {
        const reason = "must be a string (got a secret of another type).";
        return check.problem(path, "secretmanager/value-not-string", reason);
    }
    const size = Buffer.byteLength(value);
    return check.when(
        size === 0 || size > maxBytes,
        path,
        "secretmanager/value-size",
        `must have 1 to ${maxBytes} bytes (got ${size}).`,
    );
}
