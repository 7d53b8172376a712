import * as pulumi from "@pulumi/pulumi";
import { regions } from "slipway/facts";
import { again, seed, times } from "../fuzz";
import { type Combination, combinationOf, failureOf, smallest, titleOf } from "./changes/combinations";
import { type Edit, keyOf, leavesOf } from "./changes/leaves";
import { examples, excluded, root, withReason } from "./changes/table";

jest.spyOn(pulumi.log, "warn").mockResolvedValue();
jest.spyOn(pulumi.log, "info").mockResolvedValue();

/** What is deployed as one program: few enough for a failure to be found among them. */
const stateOfProgram = 10;

/** A cluster takes minutes, and a deployer of other projects has no arguments that a type tells. */
const deployed = examples.filter((example) => !/^gke\/|^environment-project/.test(example));
/** A region that is not listed is accepted with a warning, and does not exist here. */
const isUnlisted = ({ text }: Edit) =>
    [...text.matchAll(/"([a-z]+-[a-z]+\d+)"/g)].some(([, region = ""]) => !Object.hasOwn(regions.rows, region));

const undeployed = excluded("undeployed");
const leaves = withReason(leavesOf(root, deployed))
    .filter((leaf) => leaf.reason === undefined && !Object.hasOwn(undeployed, keyOf(leaf)))
    .map((leaf) => ({ ...leaf, edits: leaf.edits.filter((edit) => !isUnlisted(edit)) }))
    .filter(({ edits }) => edits.length > 0);

const groups = <Item>(all: Item[], size: number): Item[][] =>
    all.length === 0 ? [] : [all.slice(0, size), ...groups(all.slice(size), size)];

async function failuresOf(group: Combination[]): Promise<string[]> {
    if ((await failureOf(group)) === undefined) {
        return [];
    }
    const failures: string[] = [];
    for (const each of group) {
        if ((await failureOf([each])) !== undefined) {
            const found = await smallest(each);
            failures.push(`${titleOf(found)}\n${await failureOf([found])}`);
        }
    }
    return failures.length > 0
        ? failures
        : [`Only together:\n${group.map(titleOf).join("\n")}\n${await failureOf(group)}`];
}

test.each(Array.from({ length: times }, (_, index) => seed + index))(
    "arguments that the checks accept are deployed, and deployed again without a change: seed %d",
    async (each) => {
        const combinations: Combination[] = [];
        for (const example of deployed) {
            const own = leaves.filter((leaf) => leaf.example === example);
            if (own.length > 0) {
                combinations.push(await combinationOf(example, own, each));
            }
        }
        expect(combinations.filter(({ changes }) => changes.length > 1).length).toBeGreaterThan(20);
        const failures: string[] = [];
        for (const group of groups(combinations, stateOfProgram)) {
            failures.push(...(await failuresOf(group)));
        }
        if (failures.length > 0) {
            throw new Error(
                `Repeat it by: ${again.replace(/SEED=\d+ \S+/, `SEED=${each} SLIPWAY_FUZZ_TIMES=1`)}\n${failures.join("\n\n")}`,
            );
        }
    },
    1_200_000,
);
