import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:composer/environment:Environment": ({ name, region, config }, project) => ({
        id: `projects/${project}/locations/${region}/environments/${name}`,
        config: { ...(config as object), airflowUri: `https://1a2b3c-dot-${region}.composer.googleusercontent.com` },
    }),
};
