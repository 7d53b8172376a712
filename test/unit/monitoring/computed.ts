import type { ComputedBy, Inputs } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": ({ displayName }, project) => ({
        id: `projects/${project}/uptimeCheckConfigs/${displayName}-1a2b3c`,
        uptimeCheckId: `${displayName}-1a2b3c`,
    }),
    "gcp:monitoring/slo:Slo": ({ service, sloId }) => {
        const name = `projects/123456789012/services/${service}/serviceLevelObjectives/${sloId}`;
        return { id: name, name };
    },
    "gcp:monitoring/dashboard:Dashboard": (_, project) => ({ id: `projects/${project}/dashboards/1234` }),
    "gcp:monitoring/notificationChannel:NotificationChannel": ({ project, type, labels }, own) => {
        const { email_address: mail, channel_name: channel } = (labels ?? {}) as Inputs;
        const name = `projects/${project ?? own}/notificationChannels/${mail ?? channel ?? type}`;
        return { id: name, name };
    },
};
