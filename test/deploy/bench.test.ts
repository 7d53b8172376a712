import { join } from "node:path";
import { Deployment } from "./deployment";

const root = join(__dirname, "..", "..");

/** What exists, without the names of the archives: the one is the hash of its content, the other ends at random. */
async function made(program: Deployment, stack: string): Promise<string[]> {
    await program.up(stack);
    const found = program.existing().map((each) => each.replace(/^(BucketObject \S+-source)-\S+$/, "$1"));
    await program.remove();
    return found;
}

test.each(["dev", "prod"])(
    "the program that the platform is compared with creates the same resources as %s",
    async (stack) => {
        const raw = new Deployment(join(root, "bench", "raw"));
        // It lies in a folder of its own here, away from the example that it takes its files from.
        raw.edit("index.ts", (text) => text.replace("../../examples/platform", join(root, "examples", "platform")));
        expect(await made(raw, stack)).toEqual(await made(Deployment.platform(), stack));
    },
);
