import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Containers } from "../../../../local/runtime/emulator/containers/containers";
import type { ContainerOptions, RunningContainer } from "../../../../local/runtime/emulator/containers/docker";
import type { ContainerEngine, Launch } from "../../../../local/runtime/emulator/containers/launch";
import { MetadataServers } from "../../../../local/runtime/emulator/containers/metadata";
import type { SqlSockets } from "../../../../local/runtime/emulator/containers/sockets";
import { Terminal } from "../../../../local/runtime/emulator/terminal";
import { Tokens } from "../../../../local/runtime/emulator/tokens";
import { World } from "../world";

const files = [{ source: "/own/certificates.pem", target: "/run/slipway/certificates.pem", isReadOnly: true }];
const folder = mkdtempSync(join(tmpdir(), "slipway-containers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How Docker runs a container of the account `code`. */
async function started(isHostNetwork: boolean, more: Partial<Launch> = {}): Promise<ContainerOptions> {
    const { cloud } = new World();
    const metadata = new MetadataServers(cloud, new Tokens(cloud));
    let found: ContainerOptions | undefined;
    const engine = {
        isHostNetwork,
        pull: async () => undefined,
        run: (options: ContainerOptions): RunningContainer => {
            found = options;
            return {
                name: options.name,
                exited: new Promise(() => undefined),
                isOutOfMemory: false,
                stop: async () => undefined,
                kill: async () => undefined,
                succeeds: async () => true,
            };
        },
    } as Partial<ContainerEngine> as ContainerEngine;
    const containers = new Containers(
        {
            ...{ cloud, engine, metadata, files },
            terminal: new Terminal(() => undefined),
            sockets: {} as SqlSockets,
            localize: (value) => value,
            variables: async (account) => ({
                STORAGE_EMULATOR_HOST: `http://127.0.0.1:5/${account}`,
                HTTPS_PROXY: "http://127.0.0.1:6",
                NO_PROXY: "127.0.0.1,host.docker.internal",
            }),
        },
        folder,
    );
    await containers.start({
        ...{ title: "job", name: "job", project: "acme-dev", region: "europe-west1", variables: {}, kind: "task" },
        template: { serviceAccount: "code", containers: [{ image: "docker.io/library/app:1" }] },
        ...more,
    });
    await metadata.close();
    return found as ContainerOptions;
}

test.each([
    [true, "127.0.0.1"],
    [false, "host.docker.internal"],
])("a container in the network of this machine (%s) reaches the addresses of its account at %s", async (own, host) => {
    const { environment, mounts } = await started(own);
    expect(environment).toEqual({
        STORAGE_EMULATOR_HOST: `http://${host}:5/code`,
        HTTPS_PROXY: `http://${host}:6`,
        NO_PROXY: "127.0.0.1,host.docker.internal",
        GCE_METADATA_HOST: expect.stringMatching(`^${host}:\\d+$`),
        GCE_METADATA_IP: expect.stringMatching(`^${host}:\\d+$`),
    });
    expect(mounts).toEqual(files);
});

test("others of its job are reached without the proxy", async () => {
    const { environment } = await started(true, { peers: { network: "job", name: "one", all: ["one", "two"] } });
    expect(environment.NO_PROXY).toBe("127.0.0.1,host.docker.internal,one,two");
});

test("a machine has neither addresses nor an account of its own", async () => {
    const { environment, mounts } = await started(true, { kind: "machine", project: "" });
    expect([environment, mounts]).toEqual([{}, []]);
});
