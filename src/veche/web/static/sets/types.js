// Ideal types: what is moved is asked for at once, and towns change their place in front of one's eyes.
import { _ } from "../core/words.js";
import * as live from "./live.js";

live.install({ group: _("Ideal types"), numbers: "#found .corner, #found .types li a", reload: [] });
