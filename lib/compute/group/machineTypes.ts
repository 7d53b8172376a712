import { gpuOf } from "../../facts/gpus";
import { seriesNameOf } from "../../facts/machines/machineTypes";
import { seriesOf } from "../../facts/machines/series";
import * as check from "../../internal/arguments/check";
import { templateChecks } from "../template/templateArgs";
import type { GroupShape } from "./zones";

const { machineType } = templateChecks;

/** Checks the machine types of a group in the order of preference. */
export const groupMachineTypes = check.pipe(
    check.list(
        check.either((value) => typeof value === "string", machineType, check.list(machineType)) as check.Check<
            string | string[]
        >,
    ),
    check.refine((all) => all.flat().length > 0, "must have at least one machine type"),
    check.refine((all) => new Set(all.flat()).size === all.flat().length, "must have each machine type once"),
);

/**
 * All machine types, in an order that does not depend on their preference: the first one is in the template, so that another
 * preference does not replace the instances.
 */
export const allMachineTypes = (ranked: readonly (string | readonly string[])[] = []): string[] => ranked.flat().sort();

/**
 * Checks the machine types against each other and against the group: the instances have the image, the disks and the GPUs of one template.
 * https://cloud.google.com/compute/docs/instance-groups/about-instance-flexibility
 *
 * @param single the argument `machineType`
 */
export function machineTypesProblems(
    types: readonly string[],
    {
        single,
        canary,
        shape,
        standby,
    }: { single?: string; canary?: { template: { machineType?: string } }; shape: GroupShape; standby?: object },
): (check.Problem | undefined)[] {
    const [first] = types;
    if (first === undefined) {
        return [];
    }
    const reasonOf = (other: string, what: string) =>
        `must have the same ${what}, because the instances have one template (got "${first}" and "${other}"). Remove one of them, or create another group.`;
    const architectureOf = (type: string) => seriesOf(type)?.architecture;
    const gpusOf = (type: string) => JSON.stringify(gpuOf(type) ?? {});
    const otherArchitecture = types.find(
        (type) => seriesNameOf(type) !== undefined && architectureOf(type) !== architectureOf(first),
    );
    const otherGpus = types.find((type) => gpusOf(type) !== gpusOf(first));
    return [
        check.when(
            single !== undefined,
            "machineType",
            "compute/machine-type-beside-types",
            `has no effect with machineTypes (got "${single}"). Remove it, or add it to machineTypes.`,
        ),
        check.when(
            canary?.template.machineType !== undefined,
            "canary.template.machineType",
            "compute/machine-type-of-flexible-canary",
            `has no effect with machineTypes (got "${canary?.template.machineType}"). Remove it.`,
        ),
        check.when(
            shape === "EVEN",
            "shape",
            "compute/shape-of-machine-types",
            'must be "BALANCED", "ANY" or "ANY_SINGLE_ZONE" with machineTypes (got "EVEN").',
        ),
        check.when(
            standby,
            "standby",
            "compute/standby-with-machine-types",
            "cannot be combined with machineTypes. Remove one of them.",
        ),
        check.when(
            otherArchitecture !== undefined,
            "machineTypes",
            "compute/architectures-of-machine-types",
            reasonOf(String(otherArchitecture), "architecture"),
        ),
        check.when(
            otherGpus !== undefined,
            "machineTypes",
            "compute/gpus-of-machine-types",
            reasonOf(String(otherGpus), "GPUs"),
        ),
    ];
}

/** The machine types in the form of the provider: "lower number means higher preference". */
export const flexibilityArgs = (ranked: readonly (string | readonly string[])[]) => ({
    instanceSelections: ranked.map((each, index) => ({
        name: `rank-${index + 1}`,
        rank: index + 1,
        machineTypes: [each].flat(),
    })),
});
