import { attempt, deploymentOf, programs, stacksOf } from "./upgrades/program";

/**
 * Organizations disable the default providers, so that nothing is created in the project of whoever deploys:
 * https://www.pulumi.com/docs/iac/concepts/resources/providers/#disabling-default-providers. Each resource and each lookup of a component has
 * the provider of its environment, and a project, which has none yet, that of the program.
 */
test.each(programs())("%s needs no default provider", async (program) => {
    const deployment = deploymentOf(program);
    const [stack = ""] = stacksOf(program);
    deployment.edit(`Pulumi.${stack}.yaml`, (text) => `${text}  pulumi:disable-default-providers: ["*"]\n`);
    if (program === "foundation") {
        deployment.edit("index.ts", (text) =>
            text
                .replace(/^const made/m, 'const provider = new (require("@pulumi/gcp").Provider)("owner");\n$&')
                .replace(/(new EnvironmentProject\(name, \{.*?\n {4}\})\)/s, "$1, { provider })"),
        );
    }
    const { code, output } = await attempt(deployment, ["preview", "-s", stack]);
    await deployment.remove();
    if (code !== 0) {
        throw new Error(output);
    }
    expect(output).toContain("to create");
});
