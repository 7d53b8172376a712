import type * as pulumi from "@pulumi/pulumi";
import type { Capability } from "../../lib/internal/access/capability";
import * as check from "../../lib/internal/arguments/check";
import { type Duration, duration } from "../../lib/internal/arguments/duration";
import { transforms } from "../../lib/internal/engine/children";

interface Nested {
    size?: number;
}

interface Args {
    name: string;
    timeoutSeconds?: number;
    enabled?: boolean;
    mode?: "fast" | "safe";
    delay?: Duration | "none";
    account?: pulumi.Input<string>;
    texts?: string[];
    labels?: Record<string, pulumi.Input<string>>;
    ports?: Record<number, boolean>;
    target?: check.OneOf<{ topic: Nested } | { path: string }>;
    uses?: Record<string, Capability>;
    transform?: { topic?: object; account?: object };
}

const right: check.Checks<Args> = {
    name: check.text(),
    timeoutSeconds: check.whole(1, 540, "seconds"),
    enabled: check.flag(),
    mode: check.oneOf("fast", "safe"),
    delay: check.literalOr("none", duration("1 minute", "1 day")),
    account: check.input(check.matching(/@/, "must be an email address")),
    texts: check.pipe(
        check.list(check.text()),
        check.refine((all) => all.length > 0, "must have a text"),
    ),
    labels: check.record(check.text(), check.input(check.text())),
    ports: check.record(
        check.custom<number>((key) => Number(key) > 0),
        check.flag(),
    ),
    target: check.variant({
        topic: check.options<{ topic: Nested }>({ topic: check.options<Nested>({ size: check.whole(0, 9) }) }, "topic"),
        path: check.options<{ path: string }>({ path: check.text() }, "path"),
    }),
    uses: check.record(
        check.text(),
        check.custom((value) => value !== null, "must be a capability"),
    ),
    transform: transforms("topic", "account"),
};
const args: check.Check<Args> = check.options<Args>(right, "name");

// Some checks refuse at run time what the argument's type allows, or compare a string with a pattern.
check.options<Args>({ ...right, mode: check.matching(/^(fast|safe)$/, "must be fast or safe") });
check.options<Args>({ ...right, delay: check.matching(/^\d+ days$/, "must be days") });
check.options<Args>({ ...right, enabled: check.refused("has no effect") });
check.options<Args>({
    ...right,
    target: check.options<{ topic?: Nested; path?: string }>({
        topic: check.options<Nested>({ size: check.whole(0, 9) }),
        path: check.text(),
    }),
});

// @ts-expect-error: a string check for a number.
check.options<Args>({ ...right, timeoutSeconds: check.text() });

// @ts-expect-error: a number check for a string.
check.options<Args>({ ...right, name: check.whole(1, 2) });

// @ts-expect-error: a string check for a boolean.
check.options<Args>({ ...right, enabled: check.text() });

// @ts-expect-error: a string check for a list.
check.options<Args>({ ...right, texts: check.text() });

// @ts-expect-error: the items are strings.
check.options<Args>({ ...right, texts: check.list(check.whole(1, 2)) });

// @ts-expect-error: the argument is only a string.
check.options<Args>({ ...right, name: check.literalOr(false, check.text()) });

// @ts-expect-error: the argument has no third mode.
check.options<Args>({ ...right, mode: check.oneOf("fast", "safe", "slow") });

// @ts-expect-error: the argument has another mode.
check.options<Args>({ ...right, mode: check.oneOf("fast") });

// @ts-expect-error: the argument can be "none" too.
check.options<Args>({ ...right, delay: duration("1 minute", "1 day") });

// @ts-expect-error: the argument can be an output.
check.options<Args>({ ...right, account: check.text() });

// @ts-expect-error: the argument cannot be an output.
check.options<Args>({ ...right, name: check.input(check.text()) });

// @ts-expect-error: the output is a string.
check.options<Args>({ ...right, account: check.input(check.flag()) });

// @ts-expect-error: the values can be outputs.
check.options<Args>({ ...right, labels: check.record(check.text(), check.text()) });

// @ts-expect-error: the values are strings.
check.options<Args>({ ...right, labels: check.record(check.text(), check.input(check.flag())) });

const topic = check.options<{ topic: Nested }>({ topic: check.options<Nested>({ size: check.whole(0, 9) }) });
// @ts-expect-error: the target can be a path as well.
check.options<Args>({ ...right, target: topic });

// @ts-expect-error: a missing check.
check.options<Nested>({});

// @ts-expect-error: a nested option of another type.
check.options<{ nested?: Nested }>({ nested: check.options<{ size: string }>({ size: check.text() }, "size") });

const untyped = check.custom(() => true);
// @ts-expect-error: a custom check has the type of its argument.
check.options<Args>({ ...right, name: untyped });

// @ts-expect-error: a child that the component does not have.
check.options<Args>({ ...right, transform: transforms("topic", "subscription") });

// @ts-expect-error: an optional argument is not required.
check.options<Args>(right, "timeoutSeconds");

check.checked("Args", { name: "sales" }, args);

// @ts-expect-error: arguments of another type.
check.checked("Args", { name: 1 }, args);
