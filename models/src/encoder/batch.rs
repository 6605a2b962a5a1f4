//! Pages of about one length, side by side in tensors.

use super::page::{NEIGHBOURS, NUMBERS, PageNumbers};
use candle_core::{Device, Result, Tensor};

/// What the score of a place without a word is lowered by, before attention shares itself out.
const NO_WORD: f32 = -1e4;

/// Pages as the network takes them. Short pages are filled up with words that are none.
#[derive(Clone, Debug)]
pub struct Batch {
    /// How many pages.
    pub pages: usize,
    /// Words of the longest.
    pub length: usize,
    /// The numbers of all words, one after the other.
    pub numbers: Tensor,
    /// For each word the rows of its neighbours in the batch; the row behind the last stands for none.
    pub near: Tensor,
    /// `[pages, length, 1]`: 1 where a word is.
    pub mask: Tensor,
    /// `[pages, 1, 1, length]`: what is added to the scores of attention.
    pub bias: Tensor,
}

impl Batch {
    /// Sets pages side by side.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn new(pages: &[&PageNumbers]) -> Result<Self> {
        let length = pages.iter().map(|page| page.words.len()).max().unwrap_or(0).max(1);
        let rows = pages.len() * length;
        let mut numbers = vec![0_u32; rows * NUMBERS];
        let mut near = vec![rows as u32; rows * NEIGHBOURS];
        let mut mask = vec![0.0_f32; rows];
        for (at, page) in pages.iter().enumerate() {
            let first = at * length;
            for (word, (of, beside)) in page.words.iter().zip(&page.near).enumerate() {
                let row = first + word;
                numbers[row * NUMBERS..][..NUMBERS].copy_from_slice(of);
                for (slot, other) in near[row * NEIGHBOURS..].iter_mut().zip(beside) {
                    *slot = other.map_or(rows as u32, |other| first as u32 + other);
                }
                mask[row] = 1.0;
            }
        }
        let device = Device::Cpu;
        let bias: Vec<f32> = mask.iter().map(|there| (1.0 - there) * NO_WORD).collect();
        Ok(Self {
            pages: pages.len(),
            length,
            numbers: Tensor::from_vec(numbers, rows * NUMBERS, &device)?,
            near: Tensor::from_vec(near, rows * NEIGHBOURS, &device)?,
            mask: Tensor::from_vec(mask, (pages.len(), length, 1), &device)?,
            bias: Tensor::from_vec(bias, (pages.len(), 1, 1, length), &device)?,
        })
    }
}
