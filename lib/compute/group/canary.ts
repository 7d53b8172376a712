import * as check from "../../internal/arguments/check";
import { splitProblems } from "../../internal/arguments/traffic";
import {
    completeTemplate,
    type Machine,
    type MachineTemplateArgs,
    type ResolvedTemplate,
    templateChecks,
    templateProblems,
} from "../template/templateArgs";

/** What a canary can have other than the group. */
export type CanaryTemplate = Pick<
    MachineTemplateArgs,
    "machineType" | "image" | "bootDisk" | "startupScript" | "container" | "metadata"
>;

/** A second template for a share of the instances, to try it. */
export interface GroupCanary {
    /** What is different from the other instances: `{ startupScript: "./next.sh" }`. */
    template: CanaryTemplate;
    /**
     * The share of the instances of each template: whole percentages of `latest` and `canary`, which sum to 100, rounded in favor of the
     * canary.
     * @default { latest: 90, canary: 10 }
     */
    split?: {
        /** The share of the instances with the group's own template: 0 to 100 percent. */
        latest: number;
        /** The share of the instances with the canary's template: 0 to 100 percent. */
        canary: number;
    };
}

const { machineType, image, bootDisk, startupScript, container, metadata } = templateChecks;

/** Checks each option of a canary. */
export const groupCanary = check.options<GroupCanary>(
    {
        template: check.options<CanaryTemplate>({ machineType, image, bootDisk, startupScript, container, metadata }),
        split: check.options<{ latest: number; canary: number }>(
            { latest: check.percentage(), canary: check.percentage() },
            "latest",
            "canary",
        ),
    },
    "template",
);

const defaultSplit = { latest: 90, canary: 10 };

/** Completes a canary by the arguments of its group. */
export const resolveCanary = (
    { template, split = defaultSplit }: check.Long<GroupCanary>,
    group: Parameters<typeof completeTemplate>[0],
) => ({ template: completeTemplate({ ...group, ...template }), percent: split.canary });

/**
 * Checks a canary by the arguments of its group.
 *
 * @param ofGroup the problems of the group's own template
 */
export function canaryProblems(
    machine: Machine,
    { template, split = defaultSplit }: GroupCanary,
    group: MachineTemplateArgs,
    resolved: Omit<ResolvedTemplate, "network">,
    place: Parameters<typeof templateProblems>[3],
    ofGroup: readonly (check.Problem | undefined)[],
): check.Problem[] {
    const own = Object.keys(template);
    const found = templateProblems(machine, { ...group, ...template }, resolved, place);
    const known = ofGroup.map((problem) => problem && `${problem.path} ${problem.reason}`);
    const inTemplate = found.filter(
        (problem) =>
            problem !== undefined &&
            (own.includes(problem.path.split(".")[0] as string) ||
                !known.includes(`${problem.path} ${problem.reason}`)),
    ) as check.Problem[];
    return [
        ...inTemplate.map((problem) => ({ ...problem, path: `canary.template.${problem.path}` })),
        ...splitProblems(split, 0).map((problem) => ({ ...problem, path: problem.path.replace("traffic", "canary") })),
        ...(own.length === 0
            ? [
                  check.problem(
                      "canary.template",
                      "compute/canary-without-difference",
                      "must have what is different from the other instances.",
                  ),
              ]
            : []),
    ];
}
