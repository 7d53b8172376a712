import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Deployment } from "./deployment";

const root = join(__dirname, "..", "..");

/** The examples in a folder below that of all. */
const examplesIn = (folder: string) =>
    readdirSync(join(root, "docs", "examples", folder))
        .filter((name) => name.endsWith(".ts"))
        .map((name) => join(folder, name));

/**
 * What a destroyed stack leaves in a project: what others may need, the network that came with an API, and App Engine's application
 * with the version of its default service that had traffic.
 */
export const belongsToTheProject = new RegExp(
    [
        "^(projects|Service|ServiceIdentity) ",
        String.raw`^IAMMember \S+/roles/(composer\.serviceAgent|eventarc\.serviceAgent|pubsub\.publisher)/serviceAccount:service-`,
        "^Application [^/]+$",
        "^(services|StandardAppVersion) apps/[^/]+/services/default(/versions/[^/]+)?$",
        "^(networks|subnetworks|firewalls) .*/default(-allow-(icmp|internal|rdp|ssh))?$",
    ].join("|"),
);

/** Tests every example in one stack; each stack is a file of its own, so that both of two cores have one to deploy. */
export function deployEachAs(stack: "dev" | "prod", folder = "."): void {
    describe.each(examplesIn(folder))(`the example %s as ${stack}`, (example) => {
        const program = new Deployment(join(root, "docs", "examples"), { SLIPWAY_DOCS_EXAMPLE: example });
        afterAll(() => program.remove());

        test("is made as its preview says, and a second up changes nothing", async () => {
            const planned = (await program.preview(stack)).length;
            const { created } = await program.up(stack);
            expect(created).toBe(planned);
            expect(await program.up(stack)).toEqual({ unchanged: created });
        });

        test("looks to a refresh and a preview as it was made", async () => {
            const refreshed = await program.succeed(["refresh", "-s", stack, "--yes", "--skip-preview"]);
            expect(Object.keys(refreshed)).toEqual(["unchanged"]);
            expect(await program.preview(stack)).toEqual([]);
        });

        test("is taken down, but for what belongs to the project", async () => {
            if (stack === "prod") {
                await program.succeed(["config", "set", "-s", stack, "slipway:protection", "off"]);
                await program.up(stack);
            }
            await program.succeed(["destroy", "-s", stack, "--yes", "--skip-preview"]);
            expect(program.existing().filter((each) => !belongsToTheProject.test(each))).toEqual([]);
        });
    });
}
