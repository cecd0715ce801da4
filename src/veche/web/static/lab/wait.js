// The engine is being compiled: the page comes again when it is there.
import { get } from "../core/api.js";

const look = async () => {
  const job = await get(`/api/analyses/jobs/${document.getElementById("working").dataset.job}`).catch(() => null);
  if (job && (job.state === "waiting" || job.state === "running")) setTimeout(look, 400);
  else location.reload();
};
setTimeout(look, 400);
