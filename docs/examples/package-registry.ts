import { CloudRunJob, PackageRegistry } from "slipway";

const own = new PackageRegistry("own-packages", { format: "python", cleanup: { keep: 20, olderThan: "90 days" } });
const pypi = new PackageRegistry("pypi", { format: "python", remote: "pypi" });
const packages = new PackageRegistry("packages", { format: "python", upstreams: [own, pypi] });

new CloudRunJob("train", {
    image: "docker.io/acme/train@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
    uses: { PIP_INDEX_URL: packages.reader },
});

export const publish = own.url;
