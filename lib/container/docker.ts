import { optional } from "../internal/optional";

type Docker = Pick<typeof import("@pulumi/docker/provider"), "Provider"> &
    Pick<typeof import("@pulumi/docker/getRegistryImage"), "getRegistryImage">;

type DockerBuild = Pick<typeof import("@pulumi/docker-build/provider"), "Provider"> &
    Pick<typeof import("@pulumi/docker-build/image"), "Image">;

/** Loads `@pulumi/docker`, which looks up the tag of an image. Programs without such images need not install it. */
export function docker(image: string): Docker {
    const load = () => ({ ...require("@pulumi/docker/provider"), ...require("@pulumi/docker/getRegistryImage") });
    return optional(load, "@pulumi/docker", `ContainerImage "${image}": tag`);
}

/** Loads `@pulumi/docker-build`, which builds an image. Programs that build no image need not install it. */
export function dockerBuild(image: string): DockerBuild {
    const load = () => ({ ...require("@pulumi/docker-build/provider"), ...require("@pulumi/docker-build/image") });
    return optional(load, "@pulumi/docker-build", `ContainerImage "${image}": build`);
}
