import { compareVersions } from "../formats/version";
import { deferredError } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import type { ResolvedArgs } from "./environmentArgs";
import { type Image, resolveImage } from "./versions";
import { resilienceProblems } from "./workloadLimits";

/** The inputs that the component records, to validate later changes against them. */
export const trackedInputs = ({ version, resilience }: ResolvedArgs) => ({ version, resilience });

/**
 * Refuses at preview a change of an existing environment that Composer would refuse.
 *
 * @param old the recorded inputs; empty if an earlier release created the environment
 */
export function validateChange(component: string, old: object, now: ResolvedArgs): undefined {
    const before = old as Partial<ReturnType<typeof trackedInputs>>;
    const problems = [
        ...versionChangeProblems(before.version, now),
        ...(before.resilience === "high" ? resilienceChangeProblems(now) : []),
    ];
    if (problems.length > 0) {
        throw deferredError(component, problems);
    }
}

const docs = "https://cloud.google.com/composer/docs";

/** Google's guides from one environment to a new one, side by side. */
const guides = { 3: `${docs}/composer-2/migrate-composer-3`, airflow: `${docs}/composer-3/migrate-airflow-3` };

/**
 * An environment can be {@link https://cloud.google.com/composer/docs/composer-3/upgrade-environments upgraded} only to a later
 * image of the same generation, with the same major version of Airflow.
 */
function versionChangeProblems(before: string | undefined, now: ResolvedArgs) {
    const image = before === undefined ? undefined : resolveImage(before);
    if (!image) {
        return [];
    }
    if (image.composer !== now.image.composer) {
        const reason = `cannot go from Composer ${image.composer} to ${now.image.composer} (got "${now.version}"). Create another environment, and remove this one later${now.image.composer === 3 ? `: ${guides[3]}` : ""}.`;
        return [check.problem("version", "composer/version-of-other-generation", reason)];
    }
    if (majorOf(image) < majorOf(now.image)) {
        const reason = `cannot go from Airflow ${majorOf(image)} to ${majorOf(now.image)} (got "${now.version}"), for which Google has no upgrade. Create another environment, and remove this one later: ${guides.airflow}.`;
        return [check.problem("version", "composer/version-of-other-airflow", reason)];
    }
    const reason = `cannot go back from ${before} (got "${now.version}"). Keep it, or create another environment.`;
    return isDowngrade(image, now.image) ? [check.problem("version", "composer/version-downgrade", reason)] : [];
}

const majorOf = ({ airflow }: Image) => Number.parseInt(airflow, 10);

function isDowngrade(before: Image, now: Image): boolean {
    const airflow = compareVersions(now.airflow, before.airflow);
    const isEarlier = (one: string | number | undefined, other: string | number | undefined) =>
        one !== undefined && other !== undefined && compareVersions(String(one), String(other)) < 0;
    return (
        airflow < 0 || isEarlier(now.release, before.release) || (airflow === 0 && isEarlier(now.build, before.build))
    );
}

/**
 * Composer updates workloads before the resilience, and accepts fewer only with "standard" resilience. With "high" resilience, fewer are
 * refused before.
 */
function resilienceChangeProblems({ workloads }: ResolvedArgs) {
    const fewer = resilienceProblems(workloads).map(({ path }) => path);
    return fewer.length > 0
        ? [
              check.problem(
                  "resilience",
                  "composer/resilience-in-two-steps",
                  `takes two steps from "high" to "standard". Set ${fewer.join(", ")} to 2 for one up, and fewer in the next.`,
              ),
          ]
        : [];
}
