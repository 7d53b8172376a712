import { join } from "node:path";
import { Deployment } from "./deployment";

const root = join(__dirname, "..", "..");

/** The existing resources, without the names of archives: one is a hash of the content, the other is random. */
async function made(program: Deployment, stack: string): Promise<string[]> {
    await program.up(stack);
    const found = program.existing().map((each) => each.replace(/^(BucketObject \S+-source)-\S+$/, "$1"));
    await program.remove();
    return found;
}

test.each(["dev", "prod"])(
    "the program that the platform is compared with creates the same resources as %s",
    async (stack) => {
        const raw = new Deployment(join(root, "bench", "raw"), { SLIPWAY_LOCAL_IMMEDIATE: "true" });
        // The program is in another folder here than the example whose files it uses.
        raw.edit("index.ts", (text) => text.replace("../../examples/platform", join(root, "examples", "platform")));
        expect(await made(raw, stack)).toEqual(await made(Deployment.platform(), stack));
    },
);
