import { trackedInputs, validateChange } from "../../../lib/composer/changes";
import type { ResolvedArgs } from "../../../lib/composer/environmentArgs";
import { type Image, resolveImage, supportWarning } from "../../../lib/composer/versions";
import { composerImages } from "../../../lib/facts";
import { identified } from "../registered";

type Given = { version?: string; resilience?: "standard" | "high"; workloads?: Partial<typeof two> };

/** The arguments of an environment with two of each workload. */
const argsOf = ({ version = "composer-3-airflow-2.11.1", resilience = "standard", workloads = {} }: Given) =>
    ({
        version,
        image: resolveImage(version) as Image,
        resilience,
        workloads: { ...two, ...workloads },
    }) as unknown as ResolvedArgs;
const two = { scheduler: { count: 2 }, dagProcessor: { count: 2 }, triggerer: { count: 2 }, worker: { minCount: 2 } };

/** The problems of a change from one environment to another; undefined if there is none. */
function problemsOf(before: Given | undefined, now: Given): string | undefined {
    try {
        validateChange('ComposerEnvironment "scoring"', before ? trackedInputs(argsOf(before)) : {}, argsOf(now));
        return undefined;
    } catch (error) {
        return identified((error as Error).message);
    }
}

test.each([
    ["composer-3-airflow-2.10.5", "composer-3-airflow-2.11.1", ""],
    ["composer-3-airflow-2.11.1", "composer-3-airflow-2.11.1", ""],
    ["composer-3-airflow-2.11.1", "composer-3-airflow-2.10.5", "version-downgrade"],
    ["composer-3-airflow-2.11.1-build.14", "composer-3-airflow-2.11.1-build.14", ""],
    ["composer-3-airflow-2.11.1-build.13", "composer-3-airflow-2.11.1-build.14", ""],
    ["composer-3-airflow-2.11.1-build.14", "composer-3-airflow-2.11.1-build.13", "version-downgrade"],
    ["composer-3-airflow-2.11.1-build.14", "composer-3-airflow-2.11.1", ""],
    ["composer-3-airflow-2.11.1", "composer-3-airflow-2.11.1-build.13", ""],
    ["composer-2-airflow-2.11.1", "composer-2.16.0-airflow-2.11.1", ""],
    // An image that only a later release can parse.
    ["composer-4-airflow-4.0.0", "composer-3-airflow-2.11.1", ""],
    ["composer-3-airflow-2.10.5-build.14", "composer-3-airflow-2.11.1-build.2", ""],
    ["composer-2.16.0-airflow-2.11.1", "composer-2.17.9-airflow-2.11.1", ""],
    ["composer-2.17.9-airflow-2.11.1", "composer-2.16.0-airflow-2.11.1", "version-downgrade"],
    ["composer-2.17.9-airflow-2.11.1", "composer-3-airflow-2.11.1", "version-of-other-generation"],
    ["composer-3-airflow-2.11.1", "composer-2.17.9-airflow-2.11.1", "version-of-other-generation"],
    ["composer-3-airflow-2.11.1", "composer-3-airflow-3.1.7", "version-of-other-airflow"],
    ["composer-3-airflow-3.1.7", "composer-3-airflow-3.3.1", ""],
    ["composer-3-airflow-3.1.7", "composer-3-airflow-2.11.1", "version-downgrade"],
])("the image %s can become %s, unless Composer refuses it: %s", (before, version, id) => {
    expect(problemsOf({ version: before }, { version })).toBe(
        id ? `ComposerEnvironment "scoring": version: [composer/${id}]` : undefined,
    );
});

test("each upgrade that a warning of an image names is accepted, and needs no warning itself", () => {
    const told = Object.keys(composerImages.rows).flatMap((version) => {
        const [, upgrade] = /Upgrade to (.+?)( before)?\.$/.exec(supportWarning(version) ?? "") ?? [];
        return upgrade === undefined ? [] : [[version, upgrade] as const];
    });
    expect(told.length).toBeGreaterThan(100);
    for (const [version, upgrade] of told) {
        expect([version, upgrade, problemsOf({ version }, { version: upgrade })]).toEqual([
            version,
            upgrade,
            undefined,
        ]);
        expect([upgrade, supportWarning(upgrade)]).toEqual([upgrade, undefined]);
    }
});

test("an environment is not upgraded from Airflow 2 to 3, whatever its build", () => {
    expect(problemsOf({ version: "composer-3-airflow-2.11.1-build.14" }, { version: "composer-3-airflow-3.3.1" })).toBe(
        'ComposerEnvironment "scoring": version: [composer/version-of-other-airflow]',
    );
});

test("an environment of which nothing is recorded can change", () => {
    expect(problemsOf(undefined, { version: "composer-2.16.0-airflow-2.11.1" })).toBe(undefined);
});

const fewer = { worker: { minCount: 1 } };

test.each<[Given, Given, string]>([
    [{ resilience: "high" }, { resilience: "standard" }, ""],
    [{ resilience: "high" }, { resilience: "standard", workloads: fewer }, "resilience-in-two-steps"],
    [{ resilience: "standard" }, { resilience: "standard", workloads: fewer }, ""],
    [{ resilience: "standard" }, { resilience: "high" }, ""],
    [{ resilience: "high" }, { resilience: "high" }, ""],
])("the resilience of %j can become %j, with as many workloads: %s", (before, now, id) => {
    expect(problemsOf(before, now)).toBe(
        id ? `ComposerEnvironment "scoring": resilience: [composer/${id}]` : undefined,
    );
});
