import { compareVersions } from "../../formats/version";
import { lateRefusal, worded } from "../../internal/refusal";
import type { Decided } from "./decided";
import { type Image, imageOf } from "./versions";
import { resilienceProblems } from "./workloadLimits";

/** What of an environment decides what it can become, as the component writes it down. */
export const lasting = ({ version, resilience }: Decided) => ({ version, resilience });

/**
 * Refuses at preview what Composer would refuse of a change of an environment that is there.
 *
 * @param old what was written down before; nothing of it where an earlier release made the environment
 */
export function refuseChange(component: string, old: object, now: Decided): undefined {
    const before = old as Partial<ReturnType<typeof lasting>>;
    const problems = [
        ...versionProblem(before.version, now),
        ...(before.resilience === "high" && now.resilience === "standard" ? stepProblem(now) : []),
    ];
    if (problems.length > 0) {
        throw lateRefusal(worded(component, problems));
    }
}

/** "Upgrade environments": to a later image of the same generation. */
function versionProblem(before: string | undefined, now: Decided) {
    const was = before === undefined ? undefined : imageOf(before);
    const isOther = was?.composer !== now.image.composer;
    if (!was || (!isOther && !isBack(was, now.image))) {
        return [];
    }
    const reason = isOther
        ? `cannot go from Composer ${was.composer} to ${now.image.composer} (got "${now.version}"). Make another environment beside it, and remove this one later.`
        : `cannot go back from ${before} (got "${now.version}"). Keep it, or make another environment beside it.`;
    return [{ path: "version", reason }];
}

function isBack(was: Image, now: Image): boolean {
    const airflow = compareVersions(now.airflow, was.airflow);
    const isEarlier = (one: string | number | undefined, other: string | number | undefined) =>
        one !== undefined && other !== undefined && compareVersions(String(one), String(other)) < 0;
    return airflow < 0 || isEarlier(now.release, was.release) || (airflow === 0 && isEarlier(now.build, was.build));
}

/** Composer changes workloads first, and takes fewer only where the resilience is "standard" already. */
function stepProblem({ workloads }: Decided) {
    const fewer = resilienceProblems(workloads).map(({ path }) => path);
    return fewer.length > 0
        ? [
              {
                  path: "resilience",
                  reason: `takes two steps from "high" to "standard". Set ${fewer.join(", ")} to 2 for one up, and fewer in the next.`,
              },
          ]
        : [];
}
