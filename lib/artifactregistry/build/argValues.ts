import * as pulumi from "@pulumi/pulumi";
import { isSecretName } from "../../formats/secretName";
import { deferredError } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import { display, isDeferred } from "../../internal/arguments/value";

/** Checks the values of `ARG` instructions. */
export const argValues = check.record(
    check.matching(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a name of letters, digits and _"),
    check.input(check.text()),
);

/** Refuses an argument that has the name of a secret. */
export function secretProblem(key: string, value: pulumi.Input<string>): check.Problem | undefined {
    if (!isSecretName(key, value)) {
        return undefined;
    }
    const got = typeof value === "string" ? "a string" : display(value);
    const reason = `has the name of a secret, and everyone who can pull the image can read its arguments (got ${got}).`;
    const how = `Use secrets: { ${key}: … } and RUN --mount=type=secret,id=${key}, or rename the argument.`;
    return check.problem(`build.args.${key}`, "artifactregistry/build-arg-named-as-secret", `${reason} ${how}`);
}

/** Fails if an argument's output is secret: arguments are stored in the image. */
export function rejectSecretArgs(
    component: string,
    args: Record<string, pulumi.Input<string>>,
): Record<string, pulumi.Input<string>> {
    return mapValues(args, (value, key) => {
        const output = pulumi.output(value);
        return !isDeferred(value)
            ? value
            : output.apply(async (known) => {
                  if (await pulumi.isSecret(output)) {
                      throw deferredError(component, [
                          check.problem(
                              `build.args.${key}`,
                              "artifactregistry/build-arg-secret",
                              `is a secret, and everyone who can pull the image can read its arguments. Use secrets: { ${key}: … } and RUN --mount=type=secret,id=${key}.`,
                          ),
                      ]);
                  }
                  return known;
              });
    });
}

/** A record with changed values. */
export function mapValues<Value, Result>(
    record: Record<string, Value>,
    change: (value: Value, key: string) => Result,
): Record<string, Result> {
    return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
