import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:cloudfunctionsv2/function:Function": ({ name, location, serviceConfig }, project) => ({
        id: `projects/${project}/locations/${location}/functions/${name}`,
        updateTime: "2026-11-22T00:00:00Z",
        serviceConfig: { ...(serviceConfig as object), uri: `https://${name}-1a2b3c-ew.a.run.app` },
    }),
};
