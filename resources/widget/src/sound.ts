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
  const [note, loudness, now] = [audio.createOscillator(), audio.createGain(), audio.currentTime];
  note.frequency.setValueAtTime(660, now);
  note.frequency.setValueAtTime(880, now + 0.13);
  loudness.gain.setValueAtTime(0.07, now);
  loudness.gain.exponentialRampToValueAtTime(0.001, now + 0.4);
  note.connect(loudness).connect(audio.destination);
  note.start();
  note.stop(now + 0.4);
}
