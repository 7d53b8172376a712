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

        test("is made as its preview says, and neither a refresh nor a second up finds a change", async () => {
            const planned = (await program.preview(stack)).length;
            const { created } = await program.up(stack);
            expect(created).toBe(planned);
            expect(await program.again(stack)).toEqual({ unchanged: created });
        });

        test("is taken down, but for what belongs to the project", async () => {
            if (stack === "prod") {
                program.edit("Pulumi.prod.yaml", (text) => `${text}  slipway:protection: "off"\n`);
                await program.up(stack);
            }
            await program.succeed(["destroy", "-s", stack, "--yes", "--skip-preview"]);
            expect(program.existing().filter((each) => !belongsToTheProject.test(each))).toEqual([]);
        });
    });
}
