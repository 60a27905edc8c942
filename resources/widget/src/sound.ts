// Two soft notes for a message that came while nobody was looking at the page.

let audio: AudioContext | undefined;

/** Browsers let a page sound only after the person has touched it: call this in a click. */
export function allowSound(): void {
  try {
    audio ??= new AudioContext();
    void audio.resume();
  } catch {
    // a browser without sound
  }
}

export function beep(): void {
  if (audio?.state !== "running") return;
  for (const [start, pitch] of [[0, 660], [0.13, 880]] as const) {
    const at = audio.currentTime + start;
    const [note, loudness] = [audio.createOscillator(), audio.createGain()];
    note.frequency.value = pitch;
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.07, at + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
    note.connect(loudness).connect(audio.destination);
    note.start(at);
    note.stop(at + 0.32);
  }
}
