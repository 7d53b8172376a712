import { existsSync } from "node:fs";
import { satisfies } from "semver";
import { packageFile } from "../internal/sources/packageFile";
import { error, type Finding, ok, type Surroundings, warning } from "./finding";

interface Package {
    engines: { node: string };
    peerDependencies: Record<string, string>;
}

export const slipwayPackage = (): Package => JSON.parse(packageFile("package.json"));

export function nodeVersion({ node }: Surroundings): Finding {
    const wanted = slipwayPackage().engines.node;
    return satisfies(node, wanted)
        ? ok("Node", node)
        : error(
              "Node",
              `${node} is too old: slipway needs ${wanted}`,
              "Install Node 22: https://nodejs.org/en/download",
          );
}

export function pulumiVersion({ run }: Surroundings): Finding {
    const wanted = slipwayPackage().peerDependencies["@pulumi/pulumi"] as string;
    const mend = "Install it: https://www.pulumi.com/docs/install/";
    const version = run("pulumi", "version")?.trim().replace(/^v/, "");
    if (version === undefined) {
        return warning("Pulumi", "is not in PATH; slipway local builds it if Go is installed", mend);
    }
    return satisfies(version, wanted, { includePrerelease: true })
        ? ok("Pulumi", version)
        : error("Pulumi", `${version} is too old: slipway needs ${wanted}`, mend);
}

/**
 * Programs call Pulumi's engine on this machine, and gRPC takes the proxy of these variables for that as well:
 * {@link https://github.com/grpc/grpc-node/blob/master/packages/grpc-js/src/http_proxy.ts http_proxy.ts}.
 */
export function proxy({ env }: Surroundings): Finding {
    const name = ["grpc_proxy", "https_proxy", "http_proxy"].find((each) => env[each]);
    if (name === undefined) {
        return ok("Proxy", "none");
    }
    const excepted = (env.no_grpc_proxy ?? env.no_proxy ?? "").split(",").map((host) => host.trim());
    return excepted.includes("127.0.0.1")
        ? ok("Proxy", `${name}, not for 127.0.0.1`)
        : error(
              "Proxy",
              `${name} applies to 127.0.0.1, too, where the program calls Pulumi`,
              // biome-ignore lint/suspicious/noTemplateCurlyInString: of the shell
              'export no_proxy="127.0.0.1,localhost${no_proxy:+,$no_proxy}"',
          );
}

/** The daemon that builds images. */
export function docker({ env }: Surroundings): Finding {
    const socket = (env.DOCKER_HOST ?? "unix:///var/run/docker.sock").replace(/^unix:\/\//, "");
    return /^\w+:\/\//.test(socket) || existsSync(socket)
        ? ok("Docker", socket)
        : warning("Docker", `there is no ${socket}, and images cannot be built`, "Start Docker, or set DOCKER_HOST");
}
