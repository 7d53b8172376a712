import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { Deployment } from "../../deploy/deployment";
import { errorsOf } from "./change";
import { type Edit, keyOf, type Leaf } from "./leaves";
import { type Planned, Trial, together } from "./plan";
import { root } from "./table";

/** A page's example with several arguments of any accepted values. */
export interface Combination {
    example: string;
    changes: Planned[];
}

const folder = join(root, "docs", "examples");
const sourceOf = (example: string) => readFileSync(join(folder, example), "utf8");

/** The arguments that are tried for a combination, some of which the checks refuse beside the others. */
const most = 12;

/** Any of the arguments in any order, each with one of its values. */
const picks = (leaves: Leaf[]): fc.Arbitrary<Planned[]> =>
    fc
        .tuple(
            fc.shuffledSubarray(leaves, {
                minLength: Math.min(leaves.length, 2),
                maxLength: Math.min(leaves.length, most),
            }),
            fc.infiniteStream(fc.nat()),
        )
        .map(([all, numbers]) =>
            all.map((leaf) => {
                const index = Number(numbers.next().value) % leaf.edits.length;
                return { leaf, edit: leaf.edits[index] as Edit };
            }),
        );

/** Whether the checks of an example's components accept changes together. */
async function accepted(example: string): Promise<(changes: Planned[]) => Promise<boolean>> {
    const source = sourceOf(example);
    const trial = await Trial.of(join(folder, example), source);
    return async (changes) => {
        const text = together(source, changes);
        return text !== undefined && (await trial.result(text)).result !== "refused";
    };
}

/**
 * Combines arguments of an example at random: as many of those that are tried as the checks of its components accept together.
 *
 * @param seed of the choice
 */
export async function combinationOf(example: string, leaves: Leaf[], seed: number): Promise<Combination> {
    const areAccepted = await accepted(example);
    const [tried = []] = fc.sample(picks(leaves), { seed, numRuns: 1 });
    let changes: Planned[] = [];
    for (const each of tried) {
        changes = (await areAccepted([...changes, each])) ? [...changes, each] : changes;
    }
    return { example, changes };
}

/** The end of an error of the library, such as `[resourcemanager/billing-account-missing]`. */
const refusal = /^ *error: .* \[[a-z]+\/[a-z0-9-]+\]$/m;

/**
 * What goes wrong when combinations are deployed as one program, and deployed again; undefined if nothing does, or if the preview of the only one
 * refuses what is known only then.
 */
export async function failureOf(combinations: Combination[]): Promise<string | undefined> {
    const program = Deployment.pages(combinations.map(({ example }) => example)).byOwner();
    for (const { example, changes } of combinations) {
        program.edit(example, (source) => together(source, changes) as string);
    }
    try {
        const preview = combinations.length === 1 ? await program.run(["preview", "-s", "dev"]) : undefined;
        if (preview && preview.code !== 0 && refusal.test(preview.output)) {
            return undefined;
        }
        await program.upAsPreviewed("dev");
        const { changed } = await program.again("dev");
        return changed === undefined ? undefined : `A second up changes ${JSON.stringify(changed)}.`;
    } catch (error) {
        return errorsOf((error as Error).message).join("\n");
    } finally {
        await program.remove();
    }
}

/** The combination with only the changes that its failure needs. */
export async function smallest({ example, changes }: Combination): Promise<Combination> {
    const areAccepted = await accepted(example);
    let needed = changes;
    for (const change of changes) {
        const others = needed.filter((each) => each !== change);
        if ((await areAccepted(others)) && (await failureOf([{ example, changes: others }]))) {
            needed = others;
        }
    }
    return { example, changes: needed };
}

/** `cloud-run-service.ts: CloudRunService scaling.max 3, …` */
export const titleOf = ({ example, changes }: Combination): string =>
    `${example}: ${changes.map(({ leaf, edit }) => `${keyOf(leaf)} ${edit.text.trim()}`).join("; ")}`;
