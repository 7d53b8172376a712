import { randomInt } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { secretManagerLimits } from "../facts/limits";
import * as check from "../internal/check";
import { worded } from "../internal/refusal";
import { isLater } from "../internal/value";
import type { GeneratedValue } from "./arguments";

const letters = "abcdefghijklmnopqrstuvwxyz";
const lettersAndDigits = `${letters}${letters.toUpperCase()}0123456789`;

/** The size of a payload in bytes: {@link https://cloud.google.com/secret-manager/quotas}. */
const most = secretManagerLimits.rows.payload.max;

/** The kinds of characters that rules for passwords ask for. */
const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/];

/** Checks the characters that a value is made of. */
export const characters: check.Check = check.pipe(
    check.matching(/^[\x20-\x7e]{10,}$/, "must have at least 10 characters, all of them printable ASCII"),
    check.refine((given) => new Set(String(given)).size === String(given).length, "must not have a character twice"),
);

/** A random text. Each that has a character of every kind is as likely as any other. */
export function generated(options: GeneratedValue["generate"] = {}): string {
    const { length = 32, characters = lettersAndDigits } = options;
    const needed = kinds.filter((kind) => kind.test(characters));
    for (;;) {
        const text = Array.from({ length }, () => characters[randomInt(characters.length)]).join("");
        if (needed.every((kind) => kind.test(text))) {
            return text;
        }
    }
}

const mending =
    "Set it with 'pulumi config set --secret <key>' and give it as new pulumi.Config().requireSecret(\"<key>\").";

/** Checks that a value is an output, and shows it in no error: one that is none may be the secret itself. */
export const givenValue: check.Check = check.sensitive(
    isLater,
    `must not stand in the program, where it is in clear\n${mending}`,
);

/** A given value that is secret and can be stored, or an error that does not show it. */
export function sound(component: string, value: pulumi.Input<string>): pulumi.Output<string> {
    const output = pulumi.output(value) as pulumi.Output<unknown>;
    return pulumi.secret(
        output.apply(async (known) => {
            const what = (await pulumi.isSecret(output)) ? problemOf(known) : `must be a secret output. ${mending}`;
            if (what !== undefined) {
                throw new pulumi.RunError(worded(component, [{ path: "value", reason: what }]));
            }
            return known as string;
        }),
    );
}

function problemOf(value: unknown): string | undefined {
    if (typeof value !== "string") {
        return "must be a text (got a secret that is none).";
    }
    const size = Buffer.byteLength(value);
    return size === 0 || size > most ? `must have 1 to ${most} bytes (got ${size}).` : undefined;
}
