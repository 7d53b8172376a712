import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Deployment } from "./deployment";

const { version } = require("@pulumi/docker-build/package.json");

describe("a program whose images cannot be built on this machine", () => {
    const deployment = Deployment.raw(`
const { Image } = require("@pulumi/docker-build");
new Image("app", { context: { location: "." }, push: false });
`);
    afterAll(() => {
        jest.restoreAllMocks();
        return deployment.remove();
    });

    test("fails with what is missing, and not as a bug in the provider", async () => {
        // BuildKit does not start, because its log cannot be written, if this machine has what it needs: `npm test` does without. The
        // user's own plugin is not built from source.
        mkdirSync(deployment.file(".slipway/daemons/buildkit.log"), { recursive: true });
        const home = deployment.file("home");
        const plugin = join(home, "plugins", `resource-docker-build-v${version}`);
        mkdirSync(plugin, { recursive: true });
        writeFileSync(join(plugin, "pulumi-resource-docker-build"), "");
        jest.replaceProperty(process, "env", { ...process.env, PULUMI_HOME: home });
        const { code, output } = await deployment.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
        expect(code).not.toBe(0);
        expect(output).not.toContain("bug in the provider");
        expect(output).toMatch(
            /docker-build:index:Image resource 'app' has a problem: (EISDIR: [^\n]*buildkit\.log|image builds use BuildKit, which requires)/,
        );
    });
});
