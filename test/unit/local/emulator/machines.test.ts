import * as pulumi from "@pulumi/pulumi";
import { cloudConfig } from "../../../../lib/compute/template/container";
import { parseCloudConfig } from "../../../../local/runtime/services/compute/cloudConfig";

const textOf = (output: pulumi.Output<string>) =>
    new Promise<string>((resolve) => {
        output.apply(resolve);
    });

const image = "europe-west1-docker.pkg.dev/acme-dev/apps/app:1";
const secret = (variable: string, version: string) => ({
    variable,
    attachment: { kind: "secret-variable" as const, secret: pulumi.output("projects/acme-dev/secrets/key"), version },
});

test("the container of a machine is read from its configuration", async () => {
    const lines = "one\nexec docker run no\n'two' \"three\" \\four";
    const container = { image, command: ["python3", "-u"], args: ["it's", "--env", "a b", ""], ports: [8080, 9090] };
    const variables = {
        plain: { EMPTY: "", LINES: lines, NAME: "$HOME" },
        secrets: [secret("KEY", "latest"), secret("OLD", "3")] as never,
    };
    const config = await textOf(cloudConfig(image, { container }, variables));
    expect(parseCloudConfig(config)).toEqual({
        image,
        entrypoint: "python3",
        args: ["-u", "it's", "--env", "a b", ""],
        variables: { EMPTY: "", LINES: lines, NAME: "$HOME" },
        secrets: {
            KEY: "projects/acme-dev/secrets/key/versions/latest",
            OLD: "projects/acme-dev/secrets/key/versions/3",
        },
        ports: [8080, 9090],
        restart: 10,
    });
});

test("a container without arguments has only its image", async () => {
    const config = await textOf(cloudConfig("nginx", { container: { image: "nginx" } }, { plain: {}, secrets: [] }));
    expect(parseCloudConfig(config)).toEqual({
        image: "nginx",
        args: [],
        variables: {},
        secrets: {},
        ports: [],
        restart: 10,
    });
});

test.each([
    ["a script", "#!/bin/bash\nexec docker run nginx"],
    ["another configuration", "#cloud-config\nruncmd:\n- docker run nginx\n"],
    ["invalid YAML", "#cloud-config\n\t- :"],
    ["nothing", ""],
])("%s has no container", (_, userData) => {
    expect(parseCloudConfig(userData)).toBeUndefined();
});
